import pytest

from bot.cli import parts
from bot.environment import engine_variables
from bot.settings import Settings


@pytest.mark.parametrize(("host", "address"), [
    ("127.0.0.1", "http://127.0.0.1:8080"),
    ("0.0.0.0", "http://127.0.0.1:8080"),
    ("192.0.2.7", "http://192.0.2.7:8080"),
    ("::", "http://[::1]:8080"),
    ("polku.example", "http://polku.example:8080"),
])
def test_the_engine_and_the_supervisor_reach_the_app_wherever_it_listens(host, address):
    settings = Settings(host=host, engine_secret="x", engine_url="http://elsewhere.example")
    assert engine_variables(settings)["POLKU_ACTIONS_URL"] == f"{address}/actions/webhook"
    assert parts(settings)[0].ready_url == f"{address}/healthz"


@pytest.mark.parametrize("name", ["POLKU_BURST", "POLKU_HANDOFF_DAYS", "POLKU_PORT"])
@pytest.mark.parametrize("value", ["", "-1", "many", "1.5"])
def test_a_number_that_is_none_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({name: value})
