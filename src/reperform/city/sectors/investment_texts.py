"""Cases of what bids say: IV-11. Only these tenders have texts, for only they were asked for."""

from __future__ import annotations

from reperform.city.truth import Kind

from .investment_desk import Works, pair
from .investment_papers import Bid, Document, tender_text

_PHRASES = (
    "里程{0}至{1}段沟槽采用放坡开挖，边坡系数按{2}控制，弃土运距{3}米",
    "钢筋加工棚设于{0}号场地，日产{1}吨，配备调直机{2}台、弯曲机{3}台",
    "混凝土浇筑分{0}仓，每仓{1}立方米，入模温度不高于{2}度，养护{3}小时",
    "围挡高度{0}厘米，沿线{1}米设置，喷淋间距{2}厘米，每日冲洗{3}次",
    "检查井{0}座采用预制拼装，井径{1}毫米，接口填料{2}公斤，闭水{3}分钟",
    "沥青面层厚{0}毫米，摊铺速度每分钟{1}厘米，碾压{2}遍，终压温度{3}度",
    "塔吊布设于轴线{0}处，臂长{1}分米，最大起重{2}公斤，覆盖半径{3}分米",
    "水泥搅拌桩桩径{0}毫米，桩长{1}厘米，水灰比千分之{2}，掺量每米{3}公斤",
)
_BLOCKS = 20


def _text(desk: Works) -> list[str]:
    """Make up a technical proposal, block by block."""
    return [
        phrase.format(*(desk.between(1000, 9999) for _ in range(4)))
        for phrase in (_PHRASES[place % len(_PHRASES)] for place in range(_BLOCKS))
    ]


def _document(bid: Bid, blocks: list[str]) -> Document:
    return Document(bid.tender, bid.bid, 1, "；".join(blocks) + "。")


def _alike(desk: Works, body: str, shared: int, note: str, kind: Kind = Kind.PLANTED) -> None:
    """Let two bids of a tender share so many blocks of text; the other two are their authors' own."""
    made = desk.undertaking(body)
    first, own = _text(desk), _text(desk)
    second = first[:shared] + own[shared:]
    one, two = made.bids[1], made.bids[2]
    low, high = pair(one, two)
    key = {"tender_id": tender_text(made.tender.tender), "bid_a": low, "bid_b": high}
    others = [_document(bid, _text(desk)) for bid in (made.bids[0], made.bids[3])]
    desk.file(*made.papers, _document(one, first), *others)
    spoilt = _document(two, second)
    if kind is not Kind.PLANTED:
        desk.fine("IV-11", key, body, note, (spoilt,), kind)
        return
    ref = f"{tender_text(made.tender.tender)}/{low}/{high}"
    good = _document(two, own)
    desk.spoil("IV-11", key, body, note, (spoilt,), (good,), trace=("bid_document", ref))


def copied(desk: Works, body: str) -> None:
    """Word for word."""
    _alike(desk, body, _BLOCKS, "one text in two bids")


def mostly_copied(desk: Works, body: str) -> None:
    """Four blocks in five."""
    _alike(desk, body, _BLOCKS - 3, "most of a text in two bids")


def partly_copied(desk: Works, body: str) -> None:
    """A little less than half of what either has."""
    _alike(desk, body, _BLOCKS * 11 // 20, "a third of a text in two bids", Kind.NEAR_MISS)


def one_promise(desk: Works, body: str) -> None:
    """The usual promises, copied by everybody."""
    _alike(desk, body, 2, "the usual promises", Kind.INNOCENT)


def scanned(desk: Works, body: str) -> None:
    """A scanned proposal of which a line was read."""
    made = desk.undertaking(body)
    low, high = pair(made.bids[0], made.bids[1])
    lines = [Document(bid.tender, bid.bid, 1, "施工组织设计") for bid in made.bids[:2]]
    key = {"tender_id": tender_text(made.tender.tender), "bid_a": low, "bid_b": high}
    desk.fine("IV-11", key, body, "scanned pages", (*made.papers, *lines), Kind.NOT_TESTABLE)
