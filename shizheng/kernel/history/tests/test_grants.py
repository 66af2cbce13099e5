"""The application may touch what is ours and nothing else, whatever others keep in the same schema."""

import psycopg
import pytest
from django.db import connection, connections

from shizheng.config.runtime import embedded_server
from shizheng.kernel.history import triggers


def as_superuser(database: str, *statements: str) -> None:
    """What the administrator of the database does, beside the product."""
    server = embedded_server()
    if server is None:
        pytest.skip("only in the embedded database do we hold the administrator's password")
    with psycopg.connect(server.url("postgres", database), autocommit=True) as administrator:
        for statement in statements:
            administrator.execute(statement)


@pytest.mark.own_database
def test_what_others_keep_in_the_schema_neither_stops_the_grants_nor_is_given_away(own_database: str) -> None:
    as_superuser(
        own_database,
        "CREATE FOREIGN DATA WRAPPER beside",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER beside",
        "CREATE FOREIGN TABLE register (number integer) SERVER elsewhere",
        "CREATE TABLE of_the_administrator (number integer)",
        "CREATE SEQUENCE numbers_of_the_administrator",
        "CREATE FUNCTION secret_of_the_administrator() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "REVOKE EXECUTE ON FUNCTION secret_of_the_administrator() FROM PUBLIC",
    )
    application = connection.settings_dict["USER"]
    triggers.install(connections["owner"], application)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('people_role', 'SELECT, INSERT'), has_table_privilege('register', 'SELECT'), "
            "has_table_privilege('of_the_administrator', 'SELECT'), "
            "has_sequence_privilege('numbers_of_the_administrator', 'USAGE'), "
            "has_function_privilege('secret_of_the_administrator()', 'EXECUTE'), "
            "has_function_privilege('history_record()', 'EXECUTE'), "
            "has_function_privilege('history_record_moment()', 'EXECUTE')"
        )
        assert cursor.fetchone() == (True, False, False, False, False, False, True)
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_role', 'id')) > 0")
        assert cursor.fetchone() == (True,)


@pytest.mark.own_database
def test_a_table_that_is_not_given_any_more_is_given_again(own_database: str) -> None:
    application = connection.settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'REVOKE ALL ON people_role, history_entry FROM "{application}"')
    triggers.install(connections["owner"], application)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('people_role', 'DELETE'), has_table_privilege('history_entry', 'SELECT'), "
            "has_table_privilege('history_entry', 'INSERT, UPDATE, DELETE, TRUNCATE')"
        )
        assert cursor.fetchone() == (True, True, False)
