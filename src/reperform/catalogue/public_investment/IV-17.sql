/*---
code: IV-17
version: 1
title: {en: Variations split below the limit of approval, zh: 拆分变更规避审批}
domain: public_investment
seed: [A13]
topics: [variation]
question:
  en: "Do variations of one part of the works, each below the limit of higher approval, reach it together within a few weeks?"
  zh: 同一部位的变更是否单笔均低于上级审批限额，而短期内合计达到限额？
criteria:
  - {law: 政府投资条例, article: "23, 34(四)", version: 2019-04-14, verified: true}
  - {law: 由审计人员填写（本地工程变更管理规定）, article: "", verified: false}
tables:
  variation: [contract_id, variation_no, item, amount, approved_on]
  contract: [contract_id, body_id]
  correction: [number, register, ref]
optional: [correction]
key: [contract_id, item]
body: body_id
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: undated > 0
    reason: {en: A variation without a date of approval, zh: 有变更无批准日期}
parameters:
  approval_limit:
    type: integer
    value: 50000000
    min: 1
    unit: fen
    title: {en: From this amount on a higher body approves, zh: 须报上级审批的变更限额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  window_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days within which variations are taken together, zh: 合并计算的期间}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The limit from which a higher body approves a variation is local; set your own. Monthly measurements of one
    approved variation are no splitting. Savings are not counted. The part of the works must be named alike to be
    seen.
  zh: >-
    变更报上级审批的限额由各地规定，请自行设定。同一已批变更的按月计量不属于拆分。核减类变更不计入。变更部位名称须一致方能识别。
---*/
-- @population
SELECT v.contract_id, v.item, c.body_id, sum(CASE WHEN v.approved_on IS NULL THEN 1 ELSE 0 END) AS undated
FROM variation AS v
JOIN contract AS c ON c.contract_id = v.contract_id
WHERE v.item IS NOT NULL
GROUP BY v.contract_id, v.item, c.body_id

-- @exceptions
WITH from_each AS (
  SELECT a.contract_id, a.item, a.variation_no, a.approved_on, sum(b.amount) AS together, count(*) AS variations
  FROM variation AS a
  JOIN variation AS b
    ON b.contract_id = a.contract_id AND b.item = a.item
      AND date_diff('day', a.approved_on, b.approved_on) BETWEEN 0 AND :window_days
      AND b.amount > 0 AND b.amount < :approval_limit
  WHERE a.amount > 0 AND a.amount < :approval_limit
  GROUP BY a.contract_id, a.item, a.variation_no, a.approved_on
  HAVING sum(b.amount) >= :approval_limit AND count(*) >= 2
)
SELECT f.contract_id, f.item, max(c.body_id) AS body_id, CAST(max(f.together) AS BIGINT) AS together,
       max(f.variations) AS variations, min(f.approved_on) AS first_approved_on
FROM from_each AS f
JOIN contract AS c ON c.contract_id = f.contract_id
WHERE NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'variation' AND k.ref = f.contract_id || '/' || f.item
  )
GROUP BY f.contract_id, f.item

-- @remedies
SELECT v.contract_id, v.item, max(k.number) AS trace
FROM correction AS k
JOIN variation AS v ON k.ref = v.contract_id || '/' || v.item
WHERE k.register = 'variation'
GROUP BY v.contract_id, v.item
