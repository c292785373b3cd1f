"""The linter lets through what means the same everywhere, and says of the rest where it stands and why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform.engine.lint import lint
from reperform.engine.run import types_of
from reperform.engine.subset import FUNCTIONS
from reperform.errors import BadInput
from tests.engine.written import EXCEPTIONS, POPULATION, TABLES, load

TYPES = types_of(TABLES)
PLAIN = {"parameters": None, "not_testable_when": None}


def refused(tmp_path, head=None, **sections) -> BadInput:
    procedure = load(tmp_path, head, **sections)
    with pytest.raises(BadInput) as caught:
        lint(procedure, TYPES)
    return caught.value


def population(query: str) -> str:
    """Return a population that uses an expression, and still reads what is declared."""
    return f"SELECT fee_no, unit, due_on, {query} AS x\nFROM fee"


def test_a_plain_procedure_passes(tmp_path):
    queries = lint(load(tmp_path), TYPES)
    assert list(queries.sections) == ["population", "exceptions", "remedies"]
    assert len(queries.not_testable) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "coalesce(amount, 0) + 1",
        "amount / nullif(amount, 0)",
        "amount // 12",
        "amount % 7",
        "CASE WHEN amount > 5 THEN 'a' ELSE 'b' END",
        "lower(trim(unit)) || '-' || substr(fee_no, 1, 4)",
        "date_diff('day', due_on, :as_of)",
        "CAST(date_trunc('month', due_on) AS DATE)",
        "due_on + INTERVAL 1 MONTH",
        "due_on + INTERVAL (:days) MONTH",
        "due_on + :days",
        "year(due_on) * 12 + month(due_on)",
        "CAST(round(amount / 3) AS BIGINT)",
        "TRY_CAST(fee_no AS BIGINT)",
        "regexp_extract(fee_no, '^([0-9]{6})', 1)",
        "row_number() OVER (PARTITION BY unit ORDER BY due_on, fee_no)",
        "sum(amount) OVER (PARTITION BY unit ORDER BY due_on, fee_no ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "amount BETWEEN 1 AND 9 AND unit IN ('B1', 'B2')",
        "EXISTS (SELECT 1 FROM payment AS p WHERE p.fee_no = fee.fee_no)",
        ":days",
        "(:days)",
    ],
)
def test_what_the_subset_allows(tmp_path, expression: str):
    lint(load(tmp_path, population=population(expression)), TYPES)


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("now()", "sql.subset"),
        ("current_date", "sql.subset"),
        ("random()", "sql.subset"),
        ("current_setting('temp_directory')", "sql.subset"),
        ("any_value(amount)", "sql.subset"),
        ("arg_max(unit, amount)", "sql.subset"),
        ("stddev(amount)", "sql.subset"),
        ("quantile_cont(amount, 0.5)", "sql.subset"),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)", "sql.subset"),
        ("sha256(unit)", "sql.subset"),
        ("[1, 2]", "sql.subset"),
        ("{'a': 1}", "sql.subset"),
        ("unnest([1, 2])", "sql.subset"),
        ("my_own_function(unit)", "sql.subset"),
        ("getenv('HOME')", "sql.subset"),
        ("amount / amount", "sql.division"),
        ("amount // 0", "sql.division"),
        ("amount % amount", "sql.division"),
        ("CAST(amount AS DOUBLE)", "sql.cast"),
        ("CAST(amount / 3 AS BIGINT)", "sql.cast"),
        ("CAST(amount * 1.5 AS INTEGER)", "sql.cast"),
        ("1e3", "sql.number"),
        ("date_diff('month', due_on, :as_of)", "sql.date"),
        ("date_trunc('week', due_on)", "sql.date"),
        ("due_on + INTERVAL 1 HOUR", "sql.date"),
        ("due_on + INTERVAL 30 DAY", "sql.date"),
        ("regexp_replace(fee_no, '(a)', '\\1')", "sql.regexp"),
        ("regexp_replace(fee_no, 'a', 'b')", "sql.regexp"),
        ("regexp_replace(fee_no, 'a*', 'b', 'g')", "sql.regexp"),
        ("regexp_matches(fee_no, '(?i)a')", "sql.regexp"),
        ("regexp_matches(fee_no, unit)", "sql.regexp"),
        ("regexp_matches(fee_no, 'a', 'i')", "sql.regexp"),
        ("substr(fee_no, 0, 2)", "sql.substr"),
        ("substr(fee_no, -2, 2)", "sql.substr"),
        ("substr(fee_no, 1, length(unit))", "sql.substr"),
        ("strftime(due_on, '%j')", "sql.date"),
        ("upper(unit)", "sql.subset"),
        ("levenshtein(unit, fee_no)", "sql.subset"),
        ("row_number() OVER (PARTITION BY unit)", "sql.order"),
        ("lag(amount) OVER (PARTITION BY unit)", "sql.order"),
        ("string_agg(unit, ';')", "sql.order"),
        ("sum(amount) OVER (ORDER BY due_on RANGE BETWEEN INTERVAL 3 DAY PRECEDING AND CURRENT ROW)", "sql.window"),
        ("amount NOT IN (SELECT paid FROM payment)", "sql.not_in"),
        ("main.fee.amount", "sql.column"),
        (":limit", "sql.parameter"),
        ("colour", "sql.column"),
        ("fee", "sql.column"),
    ],
)
def test_what_the_subset_refuses(tmp_path, expression: str, rule: str):
    assert refused(tmp_path, population=population(expression)).rule == rule


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("SELECT * FROM fee", "sql.star"),
        ("FROM fee", "sql.star"),
        ("SELECT fee_no, unit FROM fee LIMIT 5", "sql.subset"),
        ("SELECT fee_no, unit FROM fee USING SAMPLE 10", "sql.subset"),
        ("SELECT DISTINCT ON (unit) fee_no, unit FROM fee", "sql.distinct"),
        ("SELECT fee_no, unit FROM fee FOR UPDATE", "sql.subset"),
        ("SELECT fee_no, unit INTO other FROM fee", "sql.subset"),
        ("SELECT fee_no, unit FROM main.fee", "sql.table"),
        ("SELECT fee_no, unit FROM '/etc/passwd'", "sql.name"),
        ("SELECT fee_no, unit FROM read_csv('/etc/passwd')", "sql.table"),
        ("SELECT fee_no, unit FROM glob('/etc/*')", "sql.table"),
        ("SELECT fee_no, unit FROM duckdb_settings()", "sql.table"),
        ("SELECT fee_no, unit FROM query('COPY fee TO x')", "sql.table"),
        ("SELECT fee_no, unit FROM resident", "sql.table"),
        ("SELECT fee_no, unit FROM information_schema.tables", "sql.table"),
        ("SELECT fee_no, unit FROM fee ASOF JOIN payment USING (fee_no)", "sql.join"),
        ("SELECT fee_no, unit FROM fee NATURAL JOIN payment", "sql.join"),
        ("SELECT fee_no, unit FROM fee POSITIONAL JOIN payment", "sql.join"),
        ("SELECT fee_no, unit FROM fee UNION BY NAME SELECT fee_no, unit FROM fee", "sql.union"),
        ("SELECT fee_no, unit FROM fee GROUP BY ROLLUP (fee_no, unit)", "sql.subset"),
        ("WITH fee AS (SELECT 1 AS fee_no, 2 AS unit) SELECT fee_no, unit FROM fee", "sql.table"),
        ("WITH x AS (INSERT INTO fee VALUES (1) RETURNING 1) SELECT fee_no, unit FROM fee", "sql.subset"),
        ("SELECT fee_no, unit FROM population", "sql.table"),
        ('SELECT fee_no, unit AS "单位" FROM fee', "sql.name"),
        ("SELECT fee_no, unit, amount AS unit FROM fee", "sql.output"),
        ("SELECT fee_no, amount + 1, unit FROM fee", "sql.output"),
        ("SELECT fee_no FROM fee", "sql.output"),
        ("SELECT fee_no, unit FROM fee; SELECT 1", "sql.select"),
        ("DROP TABLE fee", "sql.select"),
        ("COPY fee TO '/tmp/x'", "sql.select"),
        ("ATTACH '/tmp/x'", "sql.select"),
        ("SET threads = 99", "sql.select"),
        ("PRAGMA version", "sql.select"),
        ("INSERT INTO fee VALUES (1)", "sql.select"),
        ("", "sql.select"),
        ("SELECT fee_no, unit FROM fee WHERE (", "sql.syntax"),
        ("SELECT fee_no, unit FROM fee WHERE unit = 'x", "sql.syntax"),
        ("SELECT {{ unit }} FROM fee", "sql.subset"),
    ],
)
def test_what_is_not_one_plain_select_over_declared_tables_is_refused(tmp_path, query: str, rule: str):
    assert refused(tmp_path, {**PLAIN, "facts": None}, population=query).rule == rule


def test_a_complaint_names_the_line_in_the_file(tmp_path):
    query = "SELECT fee_no, unit, due_on\nFROM fee\nWHERE unit <> ''\n  AND colour = 'red'"
    error = refused(tmp_path, population=query)
    lines = load(tmp_path, population=query).path.read_text(encoding="utf-8").splitlines()
    assert "colour" in lines[error.place.row - 1]


def test_a_complaint_about_a_function_names_its_line(tmp_path):
    query = "SELECT fee_no, unit,\n       due_on,\n       any_value(amount) AS x\nFROM fee"
    error = refused(tmp_path, population=query)
    assert "any_value" in load(tmp_path, population=query).path.read_text().splitlines()[error.place.row - 1]
    assert "ANY_VALUE" in error.value


def test_a_syntax_error_names_its_line(tmp_path):
    query = "SELECT fee_no, unit, due_on\nFROM fee\nWHERE AND"
    error = refused(tmp_path, population=query)
    assert error.place.row == load(tmp_path, population=query).sections["population"].line + 2


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (
            {"tables": "{fee: [fee_no, unit, amount, due_on, colour], payment: [fee_no, paid, voucher]}"},
            "fee has no column colour",
        ),
        (
            {"tables": "{fee: [fee_no, unit, amount, due_on], payment: [fee_no, paid, voucher], refund: [a]}"},
            "no contract",
        ),
    ],
)
def test_what_is_declared_stands_in_a_contract(tmp_path, head: dict[str, str], what: str):
    assert what in str(refused(tmp_path, head))


def test_a_declared_column_that_nobody_reads_is_an_error(tmp_path):
    error = refused(
        tmp_path, remedies="SELECT fee_no, sum(paid) AS remedied, min('v') AS trace FROM payment GROUP BY fee_no"
    )
    assert "payment.voucher is declared and never read" in str(error)


def test_a_declared_table_that_nobody_reads_is_an_error(tmp_path):
    exceptions = "SELECT fee_no, unit, amount AS open FROM fee WHERE date_diff('day', due_on, :as_of) > :days"
    assert "payment is declared and never read" in str(refused(tmp_path, exceptions=exceptions, remedies=None))


def test_a_declared_parameter_that_nobody_reads_is_an_error(tmp_path):
    assert ":days is declared and never read" in str(refused(tmp_path, exceptions=EXCEPTIONS.replace(":days", "5")))


def test_the_other_sections_may_read_the_population(tmp_path):
    exceptions = EXCEPTIONS.replace("FROM fee AS f", "FROM population AS o JOIN fee AS f ON f.fee_no = o.fee_no")
    lint(load(tmp_path, exceptions=exceptions), TYPES)
    wrong = exceptions.replace("o.fee_no", "o.colour")
    assert refused(tmp_path, exceptions=wrong).rule == "sql.column"


@pytest.mark.parametrize("section", ["exceptions", "remedies"])
def test_each_section_gives_the_columns_that_its_name_promises(tmp_path, section: str):
    error = refused(tmp_path, **{section: "SELECT fee_no FROM fee"})
    assert error.rule == "sql.output"
    assert f"@{section}" in str(error)


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("amount IS NULL", "sql.column"),
        ("due_on IN (SELECT due_on FROM fee)", "sql.condition"),
        ("max(due_on) IS NULL", "sql.condition"),
        ("due_on IS NULL) OR (1 = 1", "sql.syntax"),
        ("now() > due_on", "sql.subset"),
        ("due_on IS NULL; DROP TABLE fee", "sql.select"),
    ],
)
def test_a_condition_looks_at_one_row_of_the_population(tmp_path, condition: str, rule: str):
    assert refused(tmp_path, {"not_testable_when": f'"{condition}"'}).rule == rule


def test_a_text_that_looks_like_a_parameter_is_a_text(tmp_path):
    queries = lint(load(tmp_path, population=POPULATION + " WHERE unit <> ':limit' -- and :colour"), TYPES)
    assert "':limit'" in queries.sections["population"].sql("duckdb")


@pytest.mark.parametrize("deep", ["(" * 3000 + "1" + ")" * 3000, "NOT " * 3000 + "TRUE"])
def test_a_text_nested_without_end_is_refused_and_does_not_crash(tmp_path, deep: str):
    assert refused(tmp_path, population=population(deep)).rule in ("sql.depth", "sql.syntax")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="SELECTFROMWHERfeunita_no,*()'\";:-0123 \n", max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory, query: str):
    procedure = load(tmp_path_factory.mktemp("any"), population=query)
    try:
        lint(procedure, TYPES)
    except BadInput as error:
        assert error.rule.startswith("sql.")  # noqa: PT017 - either end is right


def test_every_function_of_the_subset_has_the_name_under_which_it_is_written(tmp_path):
    import sqlglot

    extra = {
        "date_diff": "'day', x, x",
        "date_trunc": "'day', x",
        "strftime": "x, '%Y'",
        "row_number": "",
        "rank": "",
        "dense_rank": "",
    }
    two = (
        "nullif",
        "greatest",
        "least",
        "replace",
        "regexp_matches",
        "regexp_extract",
        "regexp_replace",
        "concat",
    )
    for kind, name in FUNCTIONS.items():
        inside = extra.get(
            name, "x, 'y', 'z'" if name in ("replace", "regexp_replace") else "x, 'y'" if name in two else "x"
        )
        assert isinstance(sqlglot.parse_one(f"SELECT {name}({inside}) AS a", dialect="duckdb").selects[0].this, kind), (
            name
        )
