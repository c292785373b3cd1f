/*---
code: SI-08
version: 1
title: {en: Several funeral grants for one death, zh: 同一死亡重复领取丧葬补助金}
domain: social_insurance
seed: [A6]
topics: [double, after_death]
question:
  en: Were funeral grants of more than one insurance paid for one death, where the survivors may choose one?
  zh: 同一人员死亡后，是否由多个险种发放了依法只能选择一项的丧葬补助金？
criteria:
  - {law: 中华人民共和国社会保险法, article: "49", verified: true}
tables:
  death_benefit: [benefit_no, person_id, scheme, kind, paid_on, amount, paying_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [benefit_no]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: person_id IS NULL
    reason: {en: The deceased is not named, zh: 无死者证件号}
guard:
  en: >-
    Only funeral grants exclude each other; survivors' pensions have their own rules. The first payment is taken as the
    survivors' choice. A grant that came back in full counts as not paid.
  zh: 仅丧葬补助金不得重复；供养亲属抚恤金另有规定。以先发放的一项视为遗属的选择。已全额退回的视为未发放。
---*/
-- @population
SELECT benefit_no, paying_body, person_id
FROM death_benefit
WHERE kind = 'funeral'

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'death_benefit'
  GROUP BY ref
),
grant_paid AS (
  SELECT b.benefit_no, b.paying_body, b.person_id, b.scheme, b.paid_on, b.amount - coalesce(r.amount, 0) AS overpaid,
         lag(b.scheme) OVER (PARTITION BY b.person_id ORDER BY b.paid_on, b.benefit_no) AS earlier_scheme,
         lag(b.benefit_no) OVER (PARTITION BY b.person_id ORDER BY b.paid_on, b.benefit_no) AS earlier_benefit_no
  FROM death_benefit AS b
  LEFT JOIN recovered AS r ON r.ref = b.benefit_no
  WHERE b.kind = 'funeral' AND b.person_id IS NOT NULL AND b.amount > coalesce(r.amount, 0)
)
SELECT benefit_no, paying_body, overpaid, person_id, scheme, paid_on, earlier_scheme, earlier_benefit_no
FROM grant_paid
WHERE earlier_benefit_no IS NOT NULL

-- @remedies
SELECT ref AS benefit_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'death_benefit'
GROUP BY ref
