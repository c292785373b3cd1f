"""Every case of every shipped procedure holds, and every procedure has a case of each kind."""

from __future__ import annotations

import pytest

from reperform import catalogue
from reperform.engine.cases import KINDS, Case, differences, play
from reperform.engine.lint import lint
from reperform.engine.run import types_of
from reperform.engine.spec import Procedure

PROCEDURES = catalogue.procedures()
TABLES = catalogue.tables()
CASES = [
    pytest.param(procedure, case, id=f"{procedure.code}-{case.kind}-{case.name['en']}")
    for procedure in PROCEDURES.values()
    for case in catalogue.cases(procedure)
]
EACH = pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)


@pytest.mark.parametrize(("procedure", "case"), CASES)
def test_case(procedure: Procedure, case: Case):
    assert differences(procedure, case, play(procedure, case, TABLES)) == []


@EACH
def test_a_procedure_has_a_case_of_each_kind(procedure: Procedure):
    assert {case.kind for case in catalogue.cases(procedure)} == set(KINDS)


@EACH
def test_a_procedure_keeps_to_the_portable_subset_and_to_its_contracts(procedure: Procedure):
    lint(procedure, types_of(TABLES))


@EACH
def test_a_case_draws_no_table_that_the_procedure_does_not_read(procedure: Procedure):
    for case in catalogue.cases(procedure):
        assert set(case.tables) <= set(procedure.tables)


@EACH
def test_every_text_for_people_is_in_both_languages(procedure: Procedure):
    texts = [
        procedure.title,
        procedure.question,
        procedure.guard,
        *(item.reason for item in procedure.not_testable_when),
    ]
    for parameter in procedure.parameters.values():
        texts += [parameter.title, parameter.source]
    texts += [case.name for case in catalogue.cases(procedure)]
    for text in texts:
        assert text["en"].isascii()
        assert any("一" <= letter <= "鿿" for letter in text["zh"])


@EACH
def test_a_parameter_has_bounds_and_a_source(procedure: Procedure):
    for parameter in procedure.parameters.values():
        assert parameter.least is not None
        assert parameter.source["zh"]
        assert parameter.unit


@EACH
def test_a_procedure_stands_in_the_folder_of_its_domain(procedure: Procedure):
    assert procedure.path.parent.name == procedure.domain


def test_a_figure_that_is_called_verified_names_where_it_stands():
    for procedure in PROCEDURES.values():
        figures = [*procedure.parameters.values(), *procedure.facts.values()]
        for figure in figures:
            assumed = figure.source["en"].startswith("Working assumption")
            assert not (figure.verified and (assumed or not figure.source["en"])), (procedure.code, figure.name)
