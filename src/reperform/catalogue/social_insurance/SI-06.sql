/*---
code: SI-06
version: 1
title: {en: Unemployment benefit while at work or retired, zh: 就业或退休后仍领取失业保险金}
domain: social_insurance
seed: [A6]
topics: [double]
question:
  en: Was unemployment benefit paid for a month in which an employer insured the person, or the person drew a pension?
  zh: 待遇所属月份中，人员是否已由单位参保缴费或已领取养老金？
criteria:
  - {law: 中华人民共和国社会保险法, article: "51, 88", verified: false}
  - {law: 广东省失业保险条例, article: "28, 41", verified: true}
tables:
  unemployment_payment: [payment_no, person_id, month, amount, paying_body]
  contribution: [person_id, firm_id, first_month, last_month]
  pension_roster: [person_id, first_month, last_month]
  recovery: [voucher, register, ref, amount]
optional: [pension_roster, recovery]
key: [payment_no]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
guard:
  en: >-
    The month is the one that the benefit is for, not that of the payment. Contributions paid afterwards for a month
    (arrears) count as months at work: look at whether the person worked then.
  zh: 以待遇所属月份而非发放日期比对。单位事后补缴的月份视为在职，应核实当时是否实际就业。
---*/
-- @population
SELECT payment_no, paying_body
FROM unemployment_payment

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'unemployment_payment'
  GROUP BY ref
),
ground AS (
  SELECT u.payment_no, 'insured' AS ground, max(k.firm_id) AS firm_id
  FROM unemployment_payment AS u
  JOIN contribution AS k ON k.person_id = u.person_id
  WHERE k.first_month <= u.month AND (k.last_month IS NULL OR k.last_month >= u.month)
  GROUP BY u.payment_no
  UNION ALL
  SELECT u.payment_no, 'pensioner' AS ground, NULL AS firm_id
  FROM unemployment_payment AS u
  JOIN pension_roster AS p ON p.person_id = u.person_id
  WHERE p.first_month <= u.month AND (p.last_month IS NULL OR p.last_month >= u.month)
  GROUP BY u.payment_no
),
grounds AS (
  SELECT payment_no, string_agg(ground, ',' ORDER BY ground) AS grounds, max(firm_id) AS firm_id
  FROM ground
  GROUP BY payment_no
)
SELECT u.payment_no, u.paying_body, u.amount - coalesce(r.amount, 0) AS overpaid, g.grounds, g.firm_id, u.person_id, u.month
FROM unemployment_payment AS u
JOIN grounds AS g ON g.payment_no = u.payment_no
LEFT JOIN recovered AS r ON r.ref = u.payment_no
WHERE u.amount > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'unemployment_payment'
GROUP BY ref
