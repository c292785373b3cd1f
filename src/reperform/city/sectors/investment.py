"""Public investment: projects from their first approval to the last payment, and what goes wrong with them.

Thirteen registers, filled by ordinary life (`investment_life`) and by the cases of twenty-one procedures; what is put
right stands in the two registers that all sectors share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reperform.city.people import Residents
from reperform.city.rows import Columns
from reperform.city.sector import Sector
from reperform.city.town import Part, Town, deal

from . import investment_approvals as approvals
from . import investment_bidding as bidding
from . import investment_money as money
from . import investment_site as site
from . import investment_tendering as tendering
from . import investment_texts as texts
from .investment_desk import Works
from .investment_layouts import layouts
from .investment_life import ordinary
from .investment_papers import builders

Scenario = Callable[[Works, str], None]
PROJECTS_PER_MILLION, CASES_PER_MILLION, AGAIN_PER_MILLION = 4000, 60, 10
CASES: Mapping[str, Mapping[Scenario, int]] = {
    "IV-01": {
        approvals.started_early: 6,
        approvals.never_approved: 4,
        approvals.study_before_proposal: 4,
        approvals.without_permit: 4,
        approvals.started_a_day_early: 3,
        approvals.all_on_one_day: 1,
        approvals.small_project: 1,
        approvals.accepted_undated: 1,
    },
    "IV-02": {
        approvals.far_above: 12,
        approvals.just_above: 6,
        approvals.one_fen_above: 3,
        approvals.ten_per_cent: 2,
        approvals.no_study: 1,
    },
    "IV-03": {
        approvals.contracts_above: 16,
        approvals.variations_above: 12,
        approvals.above_by_one_fen: 2,
        approvals.at_the_estimate: 1,
        approvals.no_estimate: 1,
    },
    "IV-04": {
        tendering.works_given_directly: 10,
        tendering.goods_negotiated: 6,
        tendering.exactly_at_the_limit: 5,
        tendering.one_fen_below: 2,
        tendering.relief_works: 1,
        tendering.little_public_money: 1,
        tendering.services_given_directly: 1,
        tendering.by_invitation: 1,
        tendering.unknown_method: 1,
    },
    "IV-05": {
        tendering.three_parts: 12,
        tendering.two_parts_at_the_limit: 6,
        tendering.last_day_of_the_year: 3,
        tendering.a_day_more_than_a_year: 1,
        tendering.one_fen_below_together: 1,
        tendering.part_with_a_ground: 1,
        tendering.undated_part: 1,
    },
    "IV-06": {
        tendering.short_sale: 5,
        tendering.short_preparation: 5,
        tendering.signed_late: 4,
        tendering.short_publicity: 3,
        tendering.nineteen_days_at_the_limit: 2,
        tendering.signed_a_day_late: 2,
        tendering.signed_on_the_last_day: 1,
        tendering.every_limit_just_kept: 1,
        tendering.voluntary_tender: 1,
        tendering.no_deadline: 1,
    },
    "IV-07": {
        tendering.bid_bond_above: 10,
        tendering.performance_above: 8,
        tendering.retention_above: 8,
        tendering.bond_above_by_one_fen: 3,
        tendering.at_the_ceiling: 1,
        tendering.given_back_in_time: 1,
        tendering.wages_bond: 1,
        tendering.retention_of_a_cut_settlement: 1,
        tendering.bond_of_no_tender: 1,
    },
    "IV-08": {
        bidding.same_account: 7,
        bidding.same_device: 6,
        bidding.same_agent: 5,
        bidding.same_manager: 4,
        bidding.consortium: 1,
        bidding.agent_of_two_tenders: 1,
        bidding.no_signs: 1,
    },
    "IV-09": {
        bidding.equal_steps: 10,
        bidding.equal_ratios: 7,
        bidding.nearly_one_price: 5,
        bidding.three_at_equal_steps: 1,
        bidding.nearly_equal_steps: 1,
        bidding.unpriced: 1,
    },
    "IV-10": {
        bidding.companion: 11,
        bidding.in_turn: 8,
        bidding.just_often_enough: 3,
        bidding.four_times: 1,
        bidding.often_apart: 1,
        bidding.both_lose_and_win: 1,
        bidding.no_awards: 1,
    },
    "IV-11": {
        texts.copied: 11,
        texts.mostly_copied: 11,
        texts.partly_copied: 2,
        texts.one_promise: 1,
        texts.scanned: 1,
    },
    "IV-12": {
        site.lent_manager: 10,
        site.uninsured: 6,
        site.two_months: 5,
        site.insured_late: 1,
        site.consortium_member: 1,
        site.clerk: 1,
        site.no_contract: 1,
    },
    "IV-13": {
        site.whole_work: 6,
        site.main_structure: 6,
        site.not_agreed: 6,
        site.passed_on_again: 4,
        site.labour: 1,
        site.labour_of_a_subcontractor: 1,
        site.unknown_scope: 1,
    },
    "IV-14": {
        site.far_above_contract: 24,
        site.one_fen_above_ten_per_cent: 4,
        site.ten_per_cent_above: 2,
        site.settled_blank: 1,
    },
    "IV-15": {
        site.not_reviewed: 8,
        site.before_review: 7,
        site.above_review: 6,
        site.on_the_day: 1,
        site.only_claimed: 1,
        site.review_undated: 1,
    },
    "IV-16": {
        money.approved_weeks_later: 10,
        money.never_approved: 6,
        money.approved_on_the_eighth_day: 5,
        money.within_the_grace: 1,
        money.too_small: 1,
        money.work_undated: 1,
    },
    "IV-17": {
        money.three_parts: 10,
        money.two_on_one_day: 6,
        money.exactly_the_limit_on_the_last_day: 5,
        money.a_day_too_far: 1,
        money.one_fen_below: 1,
        money.two_parts_of_the_works: 1,
        money.approval_undated: 1,
    },
    "IV-18": {
        money.paid_ahead: 18,
        money.above_the_review: 9,
        money.one_fen_ahead: 2,
        money.exactly_payable: 1,
        money.paid_back_before: 1,
        money.nothing_measured: 1,
    },
    "IV-19": {
        bidding.other_manager: 8,
        bidding.longer_period: 7,
        bidding.other_price: 7,
        bidding.two_contracts: 1,
        bidding.shorter_period: 1,
        bidding.revoked_award: 1,
    },
    "IV-20": {
        approvals.never_closed: 18,
        approvals.closed_too_late_by_a_day: 4,
        approvals.ninety_days: 1,
        approvals.closed_late: 1,
        approvals.paper_without_date: 1,
    },
    "IV-21": {
        bidding.two_bids: 7,
        bidding.even_committee: 8,
        bidding.few_experts: 7,
        bidding.two_thirds: 1,
        bidding.small_tender: 1,
        bidding.no_committee: 1,
    },
}
"""Scenarios by procedure and how often each is dealt; what begins after the audit is the first of them."""


def looks_at(town: Town) -> Mapping[str, tuple[str, ...]]:
    """Return who can be at fault: whoever builds."""
    return dict.fromkeys(CASES, builders(town))


def make(town: Town, part: Part, residents: Residents) -> dict[str, Columns]:
    """Write the registers of a chunk."""
    desk = Works(town, part)
    ordinary(desk, part.share(PROJECTS_PER_MILLION * town.residents // 1_000_000))
    for code, weights in CASES.items():
        for scenario, body in town.cases(code, deal(weights), CASES_PER_MILLION, part):
            scenario(desk, body)
        begun = next(iter(weights))
        for body, fate in town.again(code, AGAIN_PER_MILLION, part):
            with desk.after_audit(fate):
                begun(desk, body)
    return desk.columns()


INVESTMENT = Sector("investment", layouts, looks_at, make)
