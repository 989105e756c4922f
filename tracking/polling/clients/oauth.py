"""OAuth 2 (RFC 6749): client credentials, as FedEx, GLS, UPS and USPS have it (section 4.4), and a user's (4.3)."""

from urllib.parse import urlencode

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Trouble,
    inside,
    insist_on_success,
    json_object,
    objects,
    text,
    words_beside,
)
from tracking.polling.clients.base import (
    Credentials,
    Request,
    Token,
    TokenDesk,
    basic_authorization,
    within_reason,
)


def desk(
    path: str,
    *,
    keys_in_form: bool = False,
    with_password: bool = False,
    address: str = "",
    refused_with: tuple[int, ...] = (401,),
) -> TokenDesk:
    """Return where tokens are given out for ``client_id`` and ``client_secret``.

    ``keys_in_form``: the carrier wants them in the form (section 2.3.1), not in the header. ``with_password``: and
    ``user`` and ``password`` of somebody who may ask. The rest as in ``TokenDesk``.
    """

    def request(credentials: Credentials) -> Request:
        keys = {name: credentials[name] for name in ("client_id", "client_secret")}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        form = {"grant_type": "client_credentials"}
        if with_password:
            form = {
                "grant_type": "password",
                "username": credentials["user"],
                "password": credentials["password"],
            }
        if keys_in_form:
            form |= keys
        else:
            headers["Authorization"] = basic_authorization(keys["client_id"], keys["client_secret"])
        return Request("POST", path, headers, urlencode(form).encode())

    return TokenDesk(request=request, read=read_token, address=address, refused_with=refused_with)


def read_token(status: int, headers: Headers, body: bytes) -> Token:
    """Return the token of an answer. Raises ``CarrierTrouble``; wrong keys are 400 or 401 (section 5.2)."""
    if status in (400, 401, 403):
        raise CarrierTrouble(Trouble.REFUSED, _words(body))
    insist_on_success(status, headers)
    tree = json_object(body)
    value = text(tree.get("access_token"), 20_000)
    if value is None:
        raise CarrierTrouble(Trouble.NONSENSE, "no token in the answer")
    life = text(tree.get("expires_in"), 10) or ""
    return Token(value, within_reason(int(life) if life.isascii() and life.isdigit() else None))


def _words(body: bytes) -> str:
    """Return what the carrier says of its refusal: in the grant's form, in UPS's or in FedEx's."""
    tree = words_beside(body)
    errors = objects(inside(tree, "response").get("errors")) or objects(tree.get("errors"))
    said = errors[0].get("message") if errors else tree.get("error_description") or tree.get("error")
    return text(said, 500) or ""
