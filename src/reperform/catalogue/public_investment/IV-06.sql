/*---
code: IV-06
version: 1
title: {en: Time limits of tenders not kept, zh: 招标时限不合规}
domain: public_investment
seed: [A13]
topics: [time_limits]
question:
  en: "Were documents sold, bids awaited, candidates published or the contract signed in less or more time than the law sets?"
  zh: 招标文件发售、投标准备、候选人公示、合同签订是否不符合法定期限？
criteria:
  - {law: 中华人民共和国招标投标法实施条例, article: "16, 54, 57", version: 2019-03-02, verified: true}
  - {law: 中华人民共和国招标投标法, article: "24, 46", version: 2017-12-27, verified: true}
tables:
  tender: [tender_id, buyer_id, kind, procurement_method, status, value_amount, documents_from, documents_until, tender_period_end, candidates_from, candidates_until, noticed_on]
  contract: [tender_id, signed_on]
  correction: [number, register, ref]
optional: [contract, correction]
facts: [tender_limit]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: documents_from IS NULL
    reason: {en: No date from which documents were out, zh: 无招标文件发出日期}
  - condition: tender_period_end IS NULL
    reason: {en: No deadline of bids, zh: 无投标截止时间}
parameters:
  sale_days:
    type: integer
    value: 5
    min: 1
    max: 60
    unit: day
    title: {en: Fewest days on which documents are on sale, zh: 招标文件最短发售期}
    source: {en: "Implementing Regulations of the Tender Law, art. 16", zh: 《招标投标法实施条例》第十六条}
    verified: true
  preparation_days:
    type: integer
    value: 20
    min: 1
    max: 120
    unit: day
    title: {en: Fewest days for preparing bids, zh: 最短投标准备期}
    source: {en: "Tender Law, art. 24", zh: 《招标投标法》第二十四条}
    verified: true
  publicity_days:
    type: integer
    value: 3
    min: 1
    max: 30
    unit: day
    title: {en: Fewest days on which candidates are published, zh: 中标候选人最短公示期}
    source: {en: "Implementing Regulations of the Tender Law, art. 54", zh: 《招标投标法实施条例》第五十四条}
    verified: true
  signing_days:
    type: integer
    value: 30
    min: 1
    max: 180
    unit: day
    title: {en: Most days from the notice of award to the contract, zh: 中标通知书发出至签约的最长天数}
    source: {en: "Tender Law, art. 46", zh: 《招标投标法》第四十六条}
    verified: true
guard:
  en: >-
    The twenty days bind tenders that the law demands; a tender below the limit of its kind, or of unknown kind or
    estimate, is not measured by them. The day on which documents go out does not count, the days of sale and of
    publication do, first and last. A contract may be late because of an objection or a complaint that was pending.
    Where documents are free to download until the deadline, the sale is as long as the preparation.
  zh: >-
    投标准备二十日适用于依法必须招标的项目，低于规模标准的自愿招标以及类别、估算价不明的不以此衡量。发出当日不计入，
    发售期、公示期首尾日均计入。因异议、投诉处理暂停的，签约可能延后。招标文件可免费下载至投标截止的，发售期视同投标准备期。
---*/
-- @population
SELECT tender_id, buyer_id, documents_from, tender_period_end
FROM tender
WHERE procurement_method IN ('open', 'selective') AND coalesce(status, 'active') IN ('active', 'complete')

-- @exceptions
WITH signed AS (
  SELECT tender_id, min(signed_on) AS signed_on
  FROM contract
  WHERE tender_id IS NOT NULL
  GROUP BY tender_id
),
days AS (
  SELECT t.tender_id, t.buyer_id, t.documents_from, t.noticed_on, s.signed_on,
         date_diff('day', t.documents_from, t.documents_until) + 1 AS sale,
         CASE WHEN t.value_amount >= l.limit_amount
              THEN date_diff('day', t.documents_from, CAST(t.tender_period_end AS DATE)) END AS preparation,
         date_diff('day', t.candidates_from, t.candidates_until) + 1 AS publicity,
         date_diff('day', t.noticed_on, s.signed_on) AS signing
  FROM tender AS t
  LEFT JOIN tender_limit AS l ON l.kind = t.kind AND t.documents_from BETWEEN l.valid_from AND l.valid_to
  LEFT JOIN signed AS s ON s.tender_id = t.tender_id
  WHERE t.procurement_method IN ('open', 'selective') AND coalesce(t.status, 'active') IN ('active', 'complete')
)
SELECT d.tender_id, d.buyer_id, d.sale AS sale_days, d.preparation AS preparation_days, d.publicity AS publicity_days,
       d.signing AS signing_days, d.documents_from, d.noticed_on, d.signed_on
FROM days AS d
WHERE (d.sale < :sale_days OR d.preparation < :preparation_days OR d.publicity < :publicity_days OR d.signing > :signing_days)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'tender' AND k.ref = d.tender_id
  )

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
