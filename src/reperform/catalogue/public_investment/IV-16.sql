/*---
code: IV-16
version: 1
title: {en: Variations approved after the work or never, zh: 变更先施工后审批}
domain: public_investment
seed: [A13]
topics: [variation]
question:
  en: Were works of a variation carried out before the variation was approved?
  zh: 工程变更是否先实施后审批，或者至今未批？
criteria:
  - {law: 政府投资条例, article: "23", version: 2019-04-14, verified: true}
  - {law: 建设工程价款结算暂行办法（财建〔2004〕369号）, article: "9, 10", verified: false}
tables:
  variation: [contract_id, variation_no, item, amount, worked_on, approved_on]
  contract: [contract_id, body_id]
  correction: [number, register, ref]
optional: [correction]
key: [contract_id, variation_no]
body: body_id
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: worked_on IS NULL
    reason: {en: No date of the works, zh: 无实施日期}
parameters:
  grace_days:
    type: integer
    value: 7
    min: 0
    max: 180
    unit: day
    title: {en: Days in which an urgent variation may be approved, zh: 紧急变更补办审批的宽限天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  smallest:
    type: integer
    value: 1000000
    min: 0
    unit: fen
    title: {en: Smallest variation examined, zh: 检查的最小变更金额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Urgent works for safety may begin at once and be approved within the days of grace. A variation that saves money
    counts by its absolute value. A later approval shows how late it was; it does not make the order right.
  zh: >-
    涉及安全的紧急变更可先行实施，并在宽限天数内补办审批。核减类变更按绝对值计。事后审批只说明迟了多少天，不改变先施工后审批的事实。
---*/
-- @population
SELECT v.contract_id, v.variation_no, c.body_id, v.worked_on
FROM variation AS v
JOIN contract AS c ON c.contract_id = v.contract_id
WHERE abs(v.amount) >= :smallest

-- @exceptions
SELECT v.contract_id, v.variation_no, c.body_id, v.item, v.amount AS value, v.worked_on, v.approved_on,
       date_diff('day', v.worked_on, coalesce(v.approved_on, :as_of)) AS days_late
FROM variation AS v
JOIN contract AS c ON c.contract_id = v.contract_id
WHERE abs(v.amount) >= :smallest
  AND date_diff('day', v.worked_on, coalesce(v.approved_on, :as_of)) > :grace_days
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'variation' AND k.ref = v.contract_id || '/' || v.variation_no
  )

-- @remedies
SELECT v.contract_id, v.variation_no, max(k.number) AS trace
FROM correction AS k
JOIN variation AS v ON k.ref = v.contract_id || '/' || v.variation_no
WHERE k.register = 'variation'
GROUP BY v.contract_id, v.variation_no
