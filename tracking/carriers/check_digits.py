"""Check digits of parcel numbers. Each function takes the whole number, check digit last, and says whether it fits."""

import string

ALPHABET = string.digits + string.ascii_uppercase


def weighted_from_right(number: str, weights: tuple[int, ...], *, offset: int = 0) -> bool:
    """Modulo 10 with weights repeating from the right; GS1 and SSCC use (3, 1), DHL's Identcode (4, 9)."""
    *body, check = (int(digit) for digit in number)
    total = offset + sum(digit * weights[position % len(weights)] for position, digit in enumerate(reversed(body)))
    return (10 - total % 10) % 10 == check


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right twice, the digits of what comes out added."""
    *body, check = (int(digit) for digit in number)
    doubled = [digit * 2 if position % 2 == 0 else digit for position, digit in enumerate(reversed(body))]
    return (10 - sum(sum(divmod(value, 10)) for value in doubled) % 10) % 10 == check


def modulo_7(number: str) -> bool:
    """DHL Express: the number without its last digit, modulo 7."""
    return int(number[:-1]) % 7 == int(number[-1])


def fedex(number: str) -> bool:
    """FedEx Express, 12 digits: weights 3, 1, 7 from the left, modulo 11 and then 10."""
    weights = (3, 1, 7)
    total = sum(int(digit) * weights[position % 3] for position, digit in enumerate(number[:-1]))
    return total % 11 % 10 == int(number[-1])


def fedex_34(number: str) -> bool:
    """FedEx, 34 digits: the last fourteen, weights 1, 7, 3 from the left, modulo 11 and then 10."""
    weights = (1, 7, 3)
    total = sum(int(digit) * weights[position % 3] for position, digit in enumerate(number[20:-1]))
    return total % 11 % 10 == int(number[-1])


def ups(number: str) -> bool:
    """UPS 1Z: letters count as (code − 3) modulo 10, every second of the 15 characters after 1Z twice, modulo 10."""
    body, check = number[2:-1], int(number[-1])
    values = [int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in body]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return (10 - total % 10) % 10 == check


def s10(number: str) -> bool:
    """UPU S10 (RB123456785GB): weights 8 6 4 2 3 5 9 7, modulo 11; 10 is written 0 and 11 is written 5."""
    digits, check = number[2:10], int(number[10])
    total = sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == check


def modulo_37_36(number: str) -> bool:
    """ISO 7064 MOD 37,36 over digits and letters, as DPD prints it."""
    carry = 36
    for sign in number[:-1]:
        carry = (carry + ALPHABET.index(sign)) % 36 or 36
        carry = carry * 2 % 37
    return (carry + ALPHABET.index(number[-1])) % 36 == 1
