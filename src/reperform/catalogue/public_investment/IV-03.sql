/*---
code: IV-03
version: 1
title: {en: Contracts and variations above the approved estimate, zh: 合同及变更超出批复概算}
domain: public_investment
seed: [A13]
topics: [estimate_overrun]
question:
  en: Do the contracts of a project with their variations exceed the approved estimate?
  zh: 项目各项合同加变更金额合计是否超出批复概算？
criteria:
  - {law: 政府投资条例, article: "12, 23, 34(四)", version: 2019-04-14, verified: true}
tables:
  project: [project_id, body_id, estimate_amount]
  contract: [contract_id, project_id, amount]
  variation: [contract_id, amount]
  recovery: [voucher, register, ref, amount]
optional: [variation, recovery]
key: [project_id]
body: body_id
amount: over_estimate
money: cut_investment
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: estimate_amount IS NULL
    reason: {en: No approved estimate, zh: 无概算批复金额}
parameters:
  percent:
    type: integer
    value: 0
    min: 0
    max: 50
    unit: percent
    title: {en: Percent of the estimate that may be exceeded, zh: 允许超出概算的比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    What is contracted is compared with the whole estimate, costs of land and management included: the estimate is a
    ceiling, so an overrun is sure, its absence is not. An estimate that was raised by approval shows in the
    project's register as the new figure. Framework contracts that serve several projects must be split first.
  zh: >-
    以合同及变更合计与概算总投资（含征地、管理等其他费用）比较，超出即成立，未超出不等于合规。经批准调整概算的，以项目登记中的调整后概算为准。
    服务多个项目的框架合同应先分摊。
---*/
-- @population
SELECT p.project_id, p.body_id, p.estimate_amount
FROM project AS p
WHERE EXISTS (SELECT c.contract_id FROM contract AS c WHERE c.project_id = p.project_id)

-- @exceptions
WITH spent AS (
  SELECT project_id, sum(amount) AS contracted
  FROM contract
  GROUP BY project_id
),
changed AS (
  SELECT c.project_id, sum(v.amount) AS varied
  FROM variation AS v
  JOIN contract AS c ON c.contract_id = v.contract_id
  GROUP BY c.project_id
),
back AS (
  SELECT ref, sum(amount) AS recovered
  FROM recovery
  WHERE register = 'project'
  GROUP BY ref
)
SELECT p.project_id, p.body_id,
       CAST(s.contracted + coalesce(v.varied, 0) - p.estimate_amount - coalesce(b.recovered, 0) AS BIGINT) AS over_estimate,
       p.estimate_amount, CAST(s.contracted AS BIGINT) AS contracted, CAST(coalesce(v.varied, 0) AS BIGINT) AS varied
FROM project AS p
JOIN spent AS s ON s.project_id = p.project_id
LEFT JOIN changed AS v ON v.project_id = p.project_id
LEFT JOIN back AS b ON b.ref = p.project_id
WHERE s.contracted + coalesce(v.varied, 0) - coalesce(b.recovered, 0) > p.estimate_amount + p.estimate_amount * :percent // 100

-- @remedies
SELECT ref AS project_id, CAST(sum(amount) AS BIGINT) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'project'
GROUP BY ref
