/*---
code: IV-19
version: 1
title: {en: Contract that differs from the winning bid, zh: 合同背离中标结果}
domain: public_investment
seed: [A13]
topics: [time_limits, settlement]
question:
  en: "Does a contract differ from the winning bid in price, project manager or period?"
  zh: 合同价款、项目负责人、工期是否与中标文件不一致？
criteria:
  - {law: 中华人民共和国招标投标法, article: "46, 59", version: 2017-12-27, verified: true}
  - {law: 中华人民共和国招标投标法实施条例, article: "57", version: 2019-03-02, verified: true}
tables:
  contract: [contract_id, body_id, tender_id, award_id, supplier_id, amount, period_days, manager_id]
  award: [tender_id, award_id, supplier_id, amount, status]
  bid: [tender_id, bidder_id, status, period_days, manager_id]
  correction: [number, register, ref]
optional: [bid, correction]
key: [contract_id]
body: body_id
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: award_amount IS NULL
    reason: {en: "No award of that number in force, or none with an amount", zh: 无对应的有效中标结果或者中标金额}
parameters:
  price_permille:
    type: integer
    value: 0
    min: 0
    max: 100
    unit: permille
    title: {en: Difference of price that is let pass, zh: 允许的价款差异}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  period_days:
    type: integer
    value: 0
    min: 0
    max: 365
    unit: day
    title: {en: Days by which the period may be longer, zh: 允许超出的工期天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    An award that is cut into several contracts is compared by their sum. A clerical correction of the price,
    provisional sums taken out and a manager replaced with the employer's written agreement must be read in the
    file. A shorter period is no harm to the others who bid.
  zh: >-
    一次中标分签多份合同的，按合计比较。算术修正、剔除暂列金额、经发包人书面同意更换项目负责人等，应查阅档案。工期缩短不损害其他投标人。
---*/
-- @population
SELECT c.contract_id, c.body_id, w.amount AS award_amount
FROM contract AS c
LEFT JOIN award AS w
  ON w.tender_id = c.tender_id AND w.award_id = c.award_id AND w.supplier_id = c.supplier_id AND w.status = 'active'
WHERE c.tender_id IS NOT NULL

-- @exceptions
WITH whole AS (
  SELECT tender_id, award_id, supplier_id, sum(amount) AS amount
  FROM contract
  WHERE tender_id IS NOT NULL
  GROUP BY tender_id, award_id, supplier_id
),
offer AS (
  SELECT tender_id, bidder_id, max(period_days) AS period_days, max(manager_id) AS manager_id
  FROM bid
  WHERE status = 'valid'
  GROUP BY tender_id, bidder_id
  HAVING count(*) = 1
),
beside AS (
  SELECT c.contract_id, c.body_id, c.tender_id, c.supplier_id, w.amount AS award_amount, h.amount AS contracted,
         c.period_days, o.period_days AS period_offered,
         CASE WHEN abs(h.amount - w.amount) * 1000 > w.amount * :price_permille THEN 1 ELSE 0 END AS other_price,
         CASE WHEN c.manager_id <> o.manager_id THEN 1 ELSE 0 END AS other_manager,
         CASE WHEN c.period_days - o.period_days > :period_days THEN 1 ELSE 0 END AS longer_period
  FROM contract AS c
  JOIN award AS w
    ON w.tender_id = c.tender_id AND w.award_id = c.award_id AND w.supplier_id = c.supplier_id AND w.status = 'active'
  JOIN whole AS h ON h.tender_id = c.tender_id AND h.award_id = c.award_id AND h.supplier_id = c.supplier_id
  LEFT JOIN offer AS o ON o.tender_id = c.tender_id AND o.bidder_id = c.supplier_id
)
SELECT b.contract_id, b.body_id, b.tender_id, b.supplier_id, b.other_price, b.other_manager, b.longer_period,
       b.award_amount, CAST(b.contracted AS BIGINT) AS contracted, b.period_offered, b.period_days
FROM beside AS b
WHERE b.other_price + b.other_manager + b.longer_period > 0
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'contract' AND k.ref = b.contract_id
  )

-- @remedies
SELECT ref AS contract_id, max(number) AS trace
FROM correction
WHERE register = 'contract'
GROUP BY ref
