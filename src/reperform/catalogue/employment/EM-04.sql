/*---
code: EM-04
version: 1
title: {en: Subsidy for employing a person who drew unemployment benefit, zh: 用工补贴与失业保险金同月领取}
domain: employment
seed: [A5]
topics: [eligibility, duplicates]
question:
  en: Was a subsidy for employing a person paid for a month in which that person drew unemployment benefit?
  zh: 人员领取失业保险金的月份，是否同时有单位为其申领了用工类就业补贴？
criteria:
  - {law: 中华人民共和国社会保险法, article: "51, 88", verified: false}
  - {law: 广东省失业保险条例, article: "28, 41", verified: true}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, month, amount, district_body]
  unemployment_payment: [payment_no, person_id, month, amount, paying_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [payment_no]
body: district_body
amount: unduly
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: person_id IS NULL
    reason: {en: No person, zh: 无人员证件号}
guard:
  en: >-
    Which of the two was unduly paid is for the auditor to find out; the subsidy is shown because the employer claimed it.
    Start-up grants are left out: a lump sum for unemployed founders is lawful. Benefit that came back in full before
    counts as not paid.
  zh: >-
    两项待遇中何者违规由审计人员核实；因补贴由单位申领，故以补贴列示。失业人员创业可依法一次性领取，创业资助不在此列。
    已全额退回的失业保险金视为未发放。
---*/
-- @population
SELECT payment_no, district_body, person_id
FROM employment_subsidy
WHERE kind IN ('insurance', 'graduate', 'traineeship')

-- @exceptions
WITH recovered AS (
  SELECT register, ref, sum(amount) AS amount
  FROM recovery
  WHERE register IN ('employment_subsidy', 'unemployment_payment')
  GROUP BY register, ref
),
benefit AS (
  SELECT u.person_id, u.month, max(u.payment_no) AS benefit_no, sum(u.amount) AS benefit, max(u.paying_body) AS paid_by
  FROM unemployment_payment AS u
  LEFT JOIN recovered AS r ON r.register = 'unemployment_payment' AND r.ref = u.payment_no
  WHERE u.amount > coalesce(r.amount, 0)
  GROUP BY u.person_id, u.month
)
SELECT s.payment_no, s.district_body, s.amount - coalesce(r.amount, 0) AS unduly, s.kind, s.person_id, s.firm_id, s.month,
       b.benefit_no, b.benefit, b.paid_by
FROM employment_subsidy AS s
JOIN benefit AS b ON b.person_id = s.person_id AND b.month = s.month
LEFT JOIN recovered AS r ON r.register = 'employment_subsidy' AND r.ref = s.payment_no
WHERE s.kind IN ('insurance', 'graduate', 'traineeship') AND s.amount > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
