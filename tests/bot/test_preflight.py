import socket
import sqlite3

import pytest

from bot.preflight import CannotRun, check_database, check_folder, check_port
from bot.settings import Settings


def test_a_port_in_use_is_named_with_the_variable_that_changes_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(CannotRun, match=f"Port {port} on 127.0.0.1 cannot be used .*POLKU_PORT"):
            check_port("127.0.0.1", port, "POLKU_PORT")
    check_port("127.0.0.1", port, "POLKU_PORT")


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CannotRun, match=r"cannot be written .*POLKU_DATA_DIR"):
        check_folder(Settings(data_dir=str(tmp_path / "file" / "data")))


def test_the_data_folder_is_made_for_its_owner_only(tmp_path):
    check_folder(Settings(data_dir=str(tmp_path / "data")))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    settings = Settings(data_dir=str(tmp_path))
    check_database(settings)
    with sqlite3.connect(tmp_path / "polku.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    with pytest.raises(CannotRun, match="newer"):
        check_database(settings)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "polku.db").write_text("these are not the tables you are looking for " * 100)
    with pytest.raises(CannotRun, match="cannot be used"):
        check_database(Settings(data_dir=str(tmp_path)))


def test_a_database_server_that_does_not_answer_is_one_sentence_without_its_password():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(CannotRun, match="cannot be used") as refused:
        check_database(Settings(database_url=f"postgresql://polku:hunter2@127.0.0.1:{port}/polku"))
    assert "hunter2" not in str(refused.value)
