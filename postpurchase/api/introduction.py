"""The words with which the document of the API begins."""

INTRODUCTION = """
Push orders and parcels in; read back what became of them.

**Keys.** `Authorization: Bearer <api key>`. A key belongs to one merchant and has scopes. What shop pages
ask from a browser needs none: it names the `merchant` instead.

**Repeating is safe.** Orders, products, customers and parcels are found by your own ids: the same body again changes
nothing and starts nothing. Every POST also takes an `Idempotency-Key`.

**Money** is a decimal string in the order's currency ("49.90"). Totals have the currency's minor unit, unit prices up
to four decimals; prices include tax. **Times** are RFC 3339 with offset.

**Refusals** are problem documents (RFC 9457). For invalid content `errors` names every mistake with a JSON pointer.
400 means: not strict JSON (syntax, UTF-8, NUL, lone surrogates, duplicate keys, NaN, more than 32 levels).
422 means: good JSON with wrong content, unknown fields and query parameters included.

**Limits.** A body may have 2 MB and 50,000 values, a batch 8 MB and 400,000; larger ones are 413. A key may make 600
requests a minute unless it says otherwise; `RateLimit-*` headers tell how many are left.

**Lists** come in pages of up to 200 (`limit`). `next` is the address of the next page, null on the last.
""".strip()
