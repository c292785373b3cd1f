/*---
code: IV-05
version: 1
title: {en: Contracts split below the limit of tenders, zh: 化整为零规避招标}
domain: public_investment
seed: [A13]
topics: [splitting]
question:
  en: "Do contracts of one kind in one project, each below the limit and none tendered, reach the limit together within a year?"
  zh: 同一项目同类合同是否均低于规模标准、未经招标，而一年内合计达到规模标准？
criteria:
  - {law: 中华人民共和国招标投标法, article: "4, 49", version: 2017-12-27, verified: true}
  - {law: 必须招标的工程项目规定（国家发展改革委令第16号）, article: "2, 5", version: 2018-03-27, verified: true}
tables:
  project: [project_id, body_id, state_funds, estimate_amount]
  contract: [contract_id, project_id, tender_id, kind, procurement_method, exemption, amount, signed_on]
  tender: [tender_id, procurement_method]
  correction: [number, register, ref]
optional: [tender, correction]
facts: [tender_limit]
key: [project_id, kind]
body: body_id
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: undated > 0
    reason: {en: A contract without a date, zh: 有合同无签订日期}
parameters:
  state_funds:
    type: integer
    value: 200000000
    min: 0
    unit: fen
    title: {en: Budgetary money from which a project must tender, zh: 必须招标项目的预算资金起点}
    source: {en: "Provisions on Projects That Must Be Tendered (NDRC order 16 of 2018), art. 2", zh: 《必须招标的工程项目规定》（发展改革委令第16号）第二条}
    verified: true
  state_percent:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: percent
    title: {en: Share of it in the investment, zh: 预算资金占投资额的比例}
    source: {en: "Provisions on Projects That Must Be Tendered (NDRC order 16 of 2018), art. 2", zh: 《必须招标的工程项目规定》（发展改革委令第16号）第二条}
    verified: true
  window_days:
    type: integer
    value: 365
    min: 1
    max: 1096
    unit: day
    title: {en: Days within which contracts are taken together, zh: 合并计算的期间}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Contracts for different sites or trades that no single contractor could take, works that were added later by an
    approved change of scope, and contracts of different years of a maintenance programme are not a splitting.
    Several suppliers do not make it innocent. Tendered contracts and those with a ground on record are not counted.
  zh: >-
    分处不同地点、专业性质不同而无法由同一承包人承担的合同，经批准调整建设规模后新增的合同，以及按年度实施的养护类合同，
    不属于拆分。承包人不同不当然排除拆分。已招标及已登记不招标依据的合同不计入。
---*/
-- @population
SELECT c.project_id, c.kind, p.body_id,
       sum(CASE WHEN c.signed_on IS NULL AND c.amount < l.limit_amount THEN 1 ELSE 0 END) AS undated
FROM contract AS c
JOIN project AS p ON p.project_id = c.project_id
JOIN tender_limit AS l ON l.kind = c.kind AND coalesce(c.signed_on, :as_of) BETWEEN l.valid_from AND l.valid_to
WHERE p.state_funds >= :state_funds AND p.state_funds * 100 >= p.estimate_amount * :state_percent
GROUP BY c.project_id, c.kind, p.body_id

-- @exceptions
WITH small AS (
  SELECT c.contract_id, c.project_id, c.kind, c.amount, c.signed_on, p.body_id, l.limit_amount
  FROM contract AS c
  JOIN project AS p ON p.project_id = c.project_id
  JOIN tender_limit AS l ON l.kind = c.kind AND coalesce(c.signed_on, :as_of) BETWEEN l.valid_from AND l.valid_to
  LEFT JOIN tender AS t ON t.tender_id = c.tender_id
  WHERE p.state_funds >= :state_funds AND p.state_funds * 100 >= p.estimate_amount * :state_percent
    AND c.amount < l.limit_amount
    AND c.exemption IS NULL
    AND coalesce(t.procurement_method, c.procurement_method, 'direct') NOT IN ('open', 'selective')
),
year_from AS (
  SELECT a.contract_id, a.project_id, a.kind, a.body_id, a.limit_amount, sum(b.amount) AS together, count(*) AS contracts
  FROM small AS a
  JOIN small AS b
    ON b.project_id = a.project_id AND b.kind = a.kind
      AND date_diff('day', a.signed_on, b.signed_on) BETWEEN 0 AND :window_days
  GROUP BY a.contract_id, a.project_id, a.kind, a.body_id, a.limit_amount
  HAVING sum(b.amount) >= a.limit_amount AND count(*) >= 2
)
SELECT y.project_id, y.kind, y.body_id, CAST(max(y.together) AS BIGINT) AS together, max(y.contracts) AS contracts,
       max(y.limit_amount) AS limit_amount
FROM year_from AS y
WHERE NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'contract' AND k.ref = y.project_id || '/' || y.kind
  )
GROUP BY y.project_id, y.kind, y.body_id

-- @remedies
SELECT c.project_id, c.kind, max(k.number) AS trace
FROM correction AS k
JOIN contract AS c ON k.ref = c.project_id || '/' || c.kind
WHERE k.register = 'contract'
GROUP BY c.project_id, c.kind
