/*---
code: IV-02
version: 1
title: {en: Estimate more than ten per cent above the feasibility study, zh: 概算超过批复估算百分之十}
domain: public_investment
seed: [A13]
topics: [estimate_overrun]
question:
  en: Does the approved estimate exceed the investment of the approved feasibility study by more than ten per cent?
  zh: 批复概算是否超过经批准的可行性研究报告投资估算百分之十以上？
criteria:
  - {law: 政府投资条例, article: "12", version: 2019-04-14, verified: true}
tables:
  project: [project_id, body_id, feasibility_amount, estimate_amount]
  correction: [number, register, ref]
optional: [correction]
key: [project_id]
body: body_id
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: coalesce(feasibility_amount, 0) = 0
    reason: {en: No investment in the feasibility study, zh: 无可研批复投资}
parameters:
  percent:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: percent
    title: {en: Percent by which the estimate may exceed the study, zh: 概算允许超过估算的比例}
    source: {en: "Regulations on Government Investment, art. 12", zh: 《政府投资条例》第十二条}
    verified: true
guard:
  en: >-
    Exactly ten per cent is within the rule. An estimate approved in two stages, a change of scope that was itself
    approved, or a feasibility study without land costs must be read before it becomes a finding. A feasibility
    study that was approved anew is entered as a correction.
  zh: >-
    恰为百分之十的不属于超出。概算分期批复、建设规模经批准调整、可研未含征地费用等情形应先核实。已重新报批可行性研究报告的，
    登记为整改。
---*/
-- @population
SELECT project_id, body_id, feasibility_amount
FROM project
WHERE estimate_amount IS NOT NULL

-- @exceptions
SELECT p.project_id, p.body_id, p.feasibility_amount, p.estimate_amount,
       p.estimate_amount - p.feasibility_amount AS excess,
       (p.estimate_amount - p.feasibility_amount) * 100 // nullif(p.feasibility_amount, 0) AS excess_percent
FROM project AS p
WHERE p.estimate_amount * 100 > p.feasibility_amount * (100 + :percent)
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'project' AND k.ref = p.project_id
  )

-- @remedies
SELECT ref AS project_id, max(number) AS trace
FROM correction
WHERE register = 'project'
GROUP BY ref
