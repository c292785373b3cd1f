/*---
code: EM-07
version: 1
title: {en: Signs of a shell firm around a subsidy, zh: 空壳企业套取就业补贴的迹象}
domain: employment
seed: [A5]
topics: [shell_firms]
question:
  en: Does a subsidised firm show several signs of existing for the subsidy alone?
  zh: 领取补贴的企业是否同时具有多项“仅为套取补贴而存在”的迹象？
criteria:
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
  - {law: 财政违法行为处罚处分条例, article: "6, 14", verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, amount, paid_on]
  firm: [firm_id, registered_on, district_body]
  contribution: [person_id, firm_id, first_month, last_month]
  tax_declaration: [firm_id, quarter, sales]
  recovery: [voucher, register, ref, amount]
optional: [tax_declaration, recovery]
key: [firm_id]
body: district_body
amount: in_question
money: return_to_channel
term: immediate
refer_to: public_security_bureau
lookback: absolute
not_testable_when:
  - condition: registered_on IS NULL
    reason: {en: The firm is not in the register or has no date, zh: 企业登记信息中无该企业或无成立日期}
parameters:
  min_people:
    type: integer
    value: 3
    min: 1
    max: 1000
    unit: person
    title: {en: People subsidised at least, zh: 最少补贴人数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  brief_months:
    type: integer
    value: 3
    min: 0
    max: 36
    unit: month
    title: {en: Months of contributions that count as brief, zh: 视为短期参保的月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  share:
    type: integer
    value: 80
    min: 1
    max: 100
    unit: percent
    title: {en: Share of the people that makes a sign, zh: 构成迹象的人数占比}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  young_months:
    type: integer
    value: 12
    min: 0
    max: 120
    unit: month
    title: {en: Months since registration that count as young, zh: 视为新设企业的月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_signs:
    type: integer
    value: 3
    min: 1
    max: 4
    unit: sign
    title: {en: Signs needed, zh: 判定所需迹象数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A score, not a proof. The signs are: most subsidised people were insured for three months or less and are no longer; most had left by the
    month after the last payment; no sales in the twelve months before it; registered less than a year before the first
    payment. Seasonal firms and firms that failed show one or two of them.
  zh: >-
    迹象评分不等于定性。迹象包括：多数补贴人员参保不超过三个月且已停保；多数在最后一次发放的次月底前停保；最后一次发放前十二个月无销售；
    首次发放时成立不满一年。季节性用工或经营失败的企业通常只具其中一两项。
---*/
-- @population
SELECT s.firm_id, f.district_body, f.registered_on
FROM employment_subsidy AS s
LEFT JOIN firm AS f ON f.firm_id = s.firm_id
WHERE s.firm_id IS NOT NULL AND s.kind <> 'startup'
GROUP BY s.firm_id, f.district_body, f.registered_on
HAVING count(DISTINCT s.person_id) >= :min_people

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
person AS (
  SELECT s.firm_id, s.person_id, sum(s.amount - coalesce(r.amount, 0)) AS amount, min(s.paid_on) AS first_paid_on,
         max(s.paid_on) AS last_paid_on
  FROM employment_subsidy AS s
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.firm_id IS NOT NULL AND s.kind <> 'startup' AND s.person_id IS NOT NULL
  GROUP BY s.firm_id, s.person_id
),
stay AS (
  SELECT p.firm_id, p.person_id, p.amount, p.first_paid_on, p.last_paid_on,
         sum(coalesce(
           (year(coalesce(k.last_month, :as_of)) - year(k.first_month)) * 12
             + month(coalesce(k.last_month, :as_of)) - month(k.first_month) + 1, 0)) AS months,
         max(CASE WHEN k.last_month IS NULL AND k.first_month IS NOT NULL THEN CAST('9999-12-01' AS DATE)
                  ELSE k.last_month END) AS until
  FROM person AS p
  LEFT JOIN contribution AS k ON k.firm_id = p.firm_id AND k.person_id = p.person_id
  GROUP BY p.firm_id, p.person_id, p.amount, p.first_paid_on, p.last_paid_on
),
staff AS (
  SELECT firm_id, sum(amount) AS amount, count(*) AS people, min(first_paid_on) AS first_paid_on,
         max(last_paid_on) AS last_paid_on,
         sum(CASE WHEN months <= :brief_months AND (until IS NULL OR until <= :as_of) THEN 1 ELSE 0 END) AS brief,
         sum(CASE WHEN until IS NULL
                    OR (year(until) - year(last_paid_on)) * 12 + month(until) - month(last_paid_on) <= 1
                  THEN 1 ELSE 0 END) AS gone
  FROM stay
  GROUP BY firm_id
  HAVING count(*) >= :min_people
),
sales AS (
  SELECT s.firm_id, sum(t.sales) AS sales
  FROM staff AS s
  JOIN tax_declaration AS t ON t.firm_id = s.firm_id
  WHERE t.quarter > s.last_paid_on - INTERVAL 12 MONTH AND t.quarter <= s.last_paid_on
  GROUP BY s.firm_id
),
signed AS (
  SELECT s.firm_id, f.district_body, s.amount, s.people, s.brief, s.gone, coalesce(t.sales, 0) AS sales, f.registered_on,
         s.first_paid_on, s.last_paid_on,
         CASE WHEN s.brief * 100 >= s.people * :share THEN 1 ELSE 0 END AS sign_brief,
         CASE WHEN s.gone * 100 >= s.people * :share THEN 1 ELSE 0 END AS sign_gone,
         CASE WHEN coalesce(t.sales, 0) = 0 THEN 1 ELSE 0 END AS sign_idle,
         CASE WHEN (year(s.first_paid_on) - year(f.registered_on)) * 12 + month(s.first_paid_on) - month(f.registered_on)
                < :young_months THEN 1 ELSE 0 END AS sign_young
  FROM staff AS s
  JOIN firm AS f ON f.firm_id = s.firm_id
  LEFT JOIN sales AS t ON t.firm_id = s.firm_id
)
SELECT firm_id, district_body, amount AS in_question, people, brief, gone, sales, registered_on, first_paid_on, last_paid_on,
       sign_brief + sign_gone + sign_idle + sign_young AS signs
FROM signed
WHERE sign_brief + sign_gone + sign_idle + sign_young >= :min_signs AND amount > 0

-- @remedies
SELECT s.firm_id, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN employment_subsidy AS s ON s.payment_no = r.ref
WHERE r.register = 'employment_subsidy' AND s.firm_id IS NOT NULL AND s.kind <> 'startup'
GROUP BY s.firm_id
