/*---
code: IV-08
version: 1
title: {en: Bidders that share what rivals do not share, zh: 投标人之间存在视为串通投标的情形}
domain: public_investment
seed: [A13]
topics: [collusion]
question:
  en: "Did different bidders in one tender share the account of the bond, the author or device of the file, a manager or an agent?"
  zh: 同一招标项目的不同投标人是否共用保证金账户、文件作者、机器码、项目负责人或者经办人？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "40(一)(二)(三)(六)", version: 2019-03-02, verified: true}
  - {law: 中华人民共和国招标投标法, article: "32, 53", version: 2017-12-27, verified: true}
tables:
  bid: [tender_id, bid_id, bidder_id, status, bond_account, author, device, manager_id, agent_id]
  tender: [tender_id, buyer_id]
  correction: [number, register, ref]
optional: [correction]
key: [tender_id, bidder_id]
body: buyer_id
term: staged
refer_to: public_security_bureau
lookback: absolute
not_testable_when:
  - condition: signs = 0
    reason: {en: None of the signs is on record, zh: 五类特征信息均无记录}
guard:
  en: >-
    Members of one consortium share by right: bids are compared, not firms. A device of a public bidding centre, a
    platform's own author name, or the account of a guarantee company stands in many tenders; look there before
    accusing anyone. The Regulations deem such bids collusive; the evidence must be taken from the platform itself.
  zh: >-
    同一联合体成员共用信息属正常，比较以投标文件为单位而非企业。交易中心公用设备、平台默认作者名、担保公司账户会出现在大量项目中，
    应先行排除。实施条例将此类情形视为串通投标，但证据须自交易平台调取固定。
---*/
-- @population
SELECT b.tender_id, b.bidder_id, max(t.buyer_id) AS buyer_id,
       count(b.bond_account) + count(b.author) + count(b.device) + count(b.manager_id) + count(b.agent_id) AS signs
FROM bid AS b
JOIN tender AS t ON t.tender_id = b.tender_id
WHERE coalesce(b.status, 'valid') <> 'invited'
GROUP BY b.tender_id, b.bidder_id

-- @exceptions
WITH sent AS (
  SELECT tender_id, bid_id, bidder_id, bond_account, author, device, manager_id, agent_id
  FROM bid
  WHERE coalesce(status, 'valid') <> 'invited'
)
SELECT s.tender_id, s.bidder_id, max(t.buyer_id) AS buyer_id,
       max(CASE WHEN o.bond_account = s.bond_account THEN 1 ELSE 0 END) AS same_account,
       max(CASE WHEN o.author = s.author THEN 1 ELSE 0 END) AS same_author,
       max(CASE WHEN o.device = s.device THEN 1 ELSE 0 END) AS same_device,
       max(CASE WHEN o.manager_id = s.manager_id THEN 1 ELSE 0 END) AS same_manager,
       max(CASE WHEN o.agent_id = s.agent_id THEN 1 ELSE 0 END) AS same_agent
FROM sent AS s
JOIN sent AS o ON o.tender_id = s.tender_id AND o.bid_id <> s.bid_id AND o.bidder_id <> s.bidder_id
JOIN tender AS t ON t.tender_id = s.tender_id
WHERE (o.bond_account = s.bond_account OR o.author = s.author OR o.device = s.device OR o.manager_id = s.manager_id
       OR o.agent_id = s.agent_id)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'bid' AND k.ref = s.tender_id || '/' || s.bidder_id
  )
GROUP BY s.tender_id, s.bidder_id

-- @remedies
SELECT b.tender_id, b.bidder_id, max(k.number) AS trace
FROM correction AS k
JOIN bid AS b ON k.ref = b.tender_id || '/' || b.bidder_id
WHERE k.register = 'bid'
GROUP BY b.tender_id, b.bidder_id
