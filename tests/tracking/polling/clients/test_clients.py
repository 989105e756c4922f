"""The requests as each carrier's documentation has them, and what token desks answer."""

import base64
import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from tracking.carriers.answers.base import CarrierTrouble, Trouble
from tracking.polling.clients import austrian_post, dhl, dhl_parcel_de, dpd_ch, fedex, gls, hermes, oauth, ups, usps
from tracking.polling.clients.base import Client, Question, is_askable
from tracking.polling.clients.registry import CLIENTS, clients_of

PAIR = {"client_id": "id-1", "client_secret": "s3cret"}


def question(*numbers: str, language: str = "de", **fields: object) -> Question:
    told = {"credentials": PAIR, "token": "t-1", "country": "DE", "request_id": "r" * 32, **fields}
    return Question(numbers=numbers, language=language, **told)  # type: ignore[arg-type]


def test_dhl_is_asked_with_the_key_in_its_header() -> None:
    asked = dhl.request(question("00340434292135100124", credentials={"api_key": "k-1"}))

    assert (asked.method, urlsplit(asked.path).path, asked.body) == ("GET", "/track/shipments", None)
    assert parse_qs(urlsplit(asked.path).query) == {
        "trackingNumber": ["00340434292135100124"],
        "language": ["de"],
        "requesterCountryCode": ["DE"],
    }
    assert asked.headers == {"DHL-API-Key": "k-1", "Accept": "application/json"}


def test_dhl_parcel_de_is_asked_in_xml_about_twenty_numbers_at_once() -> None:
    keys = {"api_key": "k-1", "api_secret": "s-1", "user": "zt12345", "password": 'a"<&b'}
    asked = dhl_parcel_de.request(question("00340434161094042557", "00340434161094032954", credentials=keys))

    assert (asked.method, urlsplit(asked.path).path) == ("GET", "/parcel/de/tracking/v0/shipments")
    [xml] = parse_qs(urlsplit(asked.path).query)["xml"]
    assert dict(ElementTree.fromstring(xml).attrib) == {  # noqa: S314 - our own
        "appname": "zt12345",
        "language-code": "de",
        "password": 'a"<&b',
        "piece-code": "00340434161094042557;00340434161094032954",
        "request": "d-get-piece-detail",
    }
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(b'k-1:s-1').decode()}"
    assert dhl_parcel_de.CLIENT.numbers_at_once == 20


def test_gls_is_asked_about_ten_numbers_at_once() -> None:
    asked = gls.request(question("11111111111", "22222222222", language="en"))

    assert asked.path == (
        "/track-and-trace-v1/tracking/simple/trackids/11111111111,22222222222?showEvents=true&showLinks=false"
    )
    assert asked.headers == {"Authorization": "Bearer t-1", "Accept": "application/json", "Accept-Language": "EN"}
    assert gls.CLIENT.numbers_at_once == 10


def test_ups_wants_to_know_who_asks_and_which_question_it_is() -> None:
    asked = ups.request(question("1Z12345E0205271688"))

    assert asked.path == "/api/track/v1/details/1Z12345E0205271688?locale=de_DE&returnSignature=false"
    assert asked.headers == {
        "Authorization": "Bearer t-1",
        "Accept": "application/json",
        "transId": "r" * 32,
        "transactionSrc": "postpurchase",
    }


@pytest.mark.parametrize(("language", "locale"), [("de", "de_DE"), ("en", "en_US")])
def test_fedex_is_asked_about_thirty_numbers_at_once(language: str, locale: str) -> None:
    asked = fedex.request(question("122816215025810", "581190049992", language=language))

    assert (asked.method, asked.path) == ("POST", "/track/v1/trackingnumbers")
    assert asked.headers == {
        "Authorization": "Bearer t-1",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "x-locale": locale,
        "x-customer-transaction-id": "r" * 32,
    }
    assert json.loads(asked.body or b"") == {
        "includeDetailedScans": True,
        "trackingInfo": [
            {"trackingNumberInfo": {"trackingNumber": "122816215025810"}},
            {"trackingNumberInfo": {"trackingNumber": "581190049992"}},
        ],
    }
    assert (fedex.CLIENT.numbers_at_once, fedex.CLIENT.quota_per_day) == (30, 100_000)


def test_usps_is_asked_for_the_detail_of_one_number_a_minute() -> None:
    asked = usps.request(question("9400100000000000000006"))

    assert (asked.method, asked.path, asked.body) == (
        "GET",
        "/tracking/v3/tracking/9400100000000000000006?expand=DETAIL",
        None,
    )
    assert asked.headers == {"Authorization": "Bearer t-1", "Accept": "application/json"}
    assert (usps.CLIENT.numbers_at_once, usps.CLIENT.seconds_between) == (1, 60)


def test_austrian_post_is_asked_about_one_number_in_json() -> None:
    asked = austrian_post.request(question("1019012500386270268443", credentials={"user": "shop", "password": "s:1"}))

    assert (asked.method, asked.path) == ("POST", "/api/v1/GetParcelDetail?format=json")
    assert asked.headers == {
        "Authorization": f"Basic {base64.b64encode(b'shop:s:1').decode()}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    assert json.loads(asked.body or b"") == {"IdentCode": "1019012500386270268443", "WithDescription": "true"}
    assert (austrian_post.CLIENT.numbers_at_once, austrian_post.CLIENT.seconds_between) == (1, 1)
    assert austrian_post.CLIENT.token is None


def test_hermes_is_asked_about_fifty_numbers_at_once_with_a_users_token() -> None:
    asked = hermes.request(question("H9746130018743501086", "H1000730003158401019"))

    assert (asked.method, asked.body) == ("GET", None)
    assert asked.path == ("/services/hsi/shipmentinfo?shipmentID=H9746130018743501086&shipmentID=H1000730003158401019")
    assert asked.headers == {"Authorization": "Bearer t-1", "Accept": "application/json", "Accept-Language": "DE"}
    assert hermes.CLIENT.numbers_at_once == 50

    desk = hermes.CLIENT.token
    assert desk is not None
    token = desk.request({**PAIR, "user": "shop@example.com", "password": "a&b"})
    assert (desk.address, token.path) == ("https://authme.myhermes.de", "/authorization-facade/oauth2/access_token")
    assert parse_qs((token.body or b"").decode()) == {
        "grant_type": ["password"],
        "username": ["shop@example.com"],
        "password": ["a&b"],
        "client_id": ["id-1"],
        "client_secret": ["s3cret"],
    }
    assert "a&b" not in repr(token)


@pytest.mark.parametrize(("client", "path"), [(fedex.CLIENT, "/oauth/token"), (usps.CLIENT, "/oauth2/v3/token")])
def test_some_want_the_keys_of_a_token_in_the_form(client: Client, path: str) -> None:
    assert client.token is not None
    asked = client.token.request({"client_id": "id-1", "client_secret": "s&=cret"})

    assert (asked.method, asked.path) == ("POST", path)
    assert asked.body == b"grant_type=client_credentials&client_id=id-1&client_secret=s%26%3Dcret"
    assert asked.headers == {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    assert "cret" not in repr(asked)


@pytest.mark.parametrize(
    ("client", "path"), [(gls.CLIENT, "/oauth2/v2/token"), (ups.CLIENT, "/security/v1/oauth/token")]
)
def test_tokens_are_asked_for_with_the_keys_in_the_header_only(client: Client, path: str) -> None:
    assert client.token is not None
    asked = client.token.request(PAIR)

    assert (asked.method, asked.path, asked.body) == ("POST", path, b"grant_type=client_credentials")
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(b'id-1:s3cret').decode()}"
    assert "s3cret" not in repr(asked)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"access_token": "t", "expires_in": "14399"}', 14399),
        (b'{"access_token": "t", "expires_in": 3600}', 3600),
        (b'{"access_token": "t"}', 60),
        (b'{"access_token": "t", "expires_in": "soon"}', 60),
        (b'{"access_token": "t", "expires_in": 99999999}', 86400),
        (b'{"access_token": "t", "expires_in": true}', 60),
    ],
)
def test_a_token_lives_as_long_as_it_is_said_within_reason(body: bytes, seconds: int) -> None:
    token = oauth.read_token(200, {}, body)

    assert (token.value, token.seconds) == ("t", seconds)
    assert "'t'" not in repr(token)


@pytest.mark.parametrize(
    ("status", "body", "trouble", "detail"),
    [
        (401, b'{"error": "invalid_client", "error_description": "Unknown client"}', Trouble.REFUSED, "Unknown client"),
        (400, b'{"error": "invalid_client"}', Trouble.REFUSED, "invalid_client"),
        (
            401,
            b'{"response": {"errors": [{"code": "10401", "message": "ClientId is Invalid"}]}}',
            Trouble.REFUSED,
            "ClientId is Invalid",
        ),
        (
            401,
            b'{"errors": [{"code": "NOT.AUTHORIZED.ERROR", "message": "The client credentials were not valid."}]}',
            Trouble.REFUSED,
            "The client credentials were not valid.",
        ),
        (403, b"<html>", Trouble.REFUSED, ""),
        (429, b"", Trouble.TOO_FAST, ""),
        (503, b"", Trouble.AWAY, ""),
        (200, b"<html>", Trouble.NONSENSE, "not JSON"),
        (200, b"{}", Trouble.NONSENSE, "no token in the answer"),
        (200, b'{"access_token": ["t"]}', Trouble.NONSENSE, "no token in the answer"),
    ],
)
def test_without_a_token_it_is_said_why(status: int, body: bytes, trouble: Trouble, detail: str) -> None:
    with pytest.raises(CarrierTrouble) as told:
        oauth.read_token(status, {}, body)

    assert (told.value.trouble, told.value.detail) == (trouble, detail)


def a_jwt(claims: object) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.sign"


@pytest.mark.parametrize(
    ("claims", "seconds"),
    [
        ({"iat": 1_000_000, "exp": 1_003_600}, 3600),
        ({"iat": 1_000_000, "exp": 9_003_600}, 86400),
        ({"iat": 1_003_600, "exp": 1_000_000}, 60),
        ({"exp": 1_003_600}, 60),
        ({"iat": None, "exp": 1_003_600}, 60),
        ([], 60),
    ],
)
def test_a_json_web_token_says_itself_how_long_it_lives(claims: object, seconds: int) -> None:
    token = dpd_ch.read_token(200, {}, json.dumps({"token": a_jwt(claims), "refreshToken": "r"}).encode())

    assert (token.value, token.seconds) == (a_jwt(claims), seconds)


@pytest.mark.parametrize("value", ["no-jwt", "a.%%%.c", "a.e30.c", "a..c"])
def test_a_token_that_is_no_json_web_token_is_kept_for_a_minute(value: str) -> None:
    assert dpd_ch.read_token(200, {}, json.dumps({"token": value}).encode()).seconds == 60


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (400, b'{"status": 400, "message": "must not be blank"}', Trouble.REFUSED),
        (401, b'{"status": 401, "message": "Bad credentials"}', Trouble.REFUSED),
        (429, b"", Trouble.TOO_FAST),
        (503, b"", Trouble.AWAY),
        (200, b"{}", Trouble.NONSENSE),
        (200, b"<html>", Trouble.NONSENSE),
    ],
)
def test_switzerlands_login_says_why_there_is_no_token(status: int, body: bytes, trouble: Trouble) -> None:
    with pytest.raises(CarrierTrouble) as told:
        dpd_ch.read_token(status, {}, body)

    assert told.value.trouble == trouble


def test_every_client_is_complete() -> None:
    for name, client in CLIENTS.items():
        assert (name, client.address[:8]) == (client.name, "https://")
        assert client.credentials
        assert is_askable(client.example)
        assert client in clients_of(client.carrier)
    assert clients_of("other") == []


@pytest.mark.parametrize(
    "number", ["", "1/2", "1234?x=1", "12 34567", "abcdefgh", "1234", "ß123456", "1" * 51, "12345\n"]
)
def test_what_is_no_number_never_becomes_part_of_an_address(number: str) -> None:
    assert not is_askable(number)
