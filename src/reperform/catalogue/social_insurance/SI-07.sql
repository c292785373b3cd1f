/*---
code: SI-07
version: 1
title: {en: Unemployment benefit beyond the entitlement, zh: 超期限领取失业保险金}
domain: social_insurance
seed: [A6]
topics: [double]
question:
  en: Was unemployment benefit paid for more months than the contributions entitle to?
  zh: 失业保险金的发放月数是否超过按缴费时间核定的期限？
criteria:
  - {law: 广东省失业保险条例, article: "17, 18, 19", verified: true}
  - {law: 中华人民共和国社会保险法, article: "46", verified: false}
tables:
  unemployment_claim: [claim_no, insured_months]
  unemployment_payment: [payment_no, claim_no, person_id, month, amount, paying_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [payment_no]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: insured_months IS NULL
    reason: {en: Nobody knows how long the person was insured, zh: 累计缴费月数不详}
parameters:
  whole_years:
    type: integer
    value: 4
    min: 1
    max: 10
    unit: year
    title: {en: Years that count one month each, zh: 每满一年计一个月的年数}
    source: {en: "Regulations of Guangdong, art. 17", zh: 广东省失业保险条例第十七条}
    verified: false
  longest:
    type: integer
    value: 24
    min: 1
    max: 60
    unit: month
    title: {en: Longest entitlement, zh: 最长领取月数}
    source: {en: "Regulations of Guangdong, art. 17", zh: 广东省失业保险条例第十七条}
    verified: false
guard:
  en: >-
    Months of one claim are counted, in the order of the months that they are for. An entitlement left over from an earlier
    claim may be added by the office: look at the file. People close to retirement may by national rule draw until then.
  zh: 按同一申领的待遇所属月份顺序计算。前次剩余期限经核定可合并计算，应查阅档案。按国家规定，临近退休的人员可领取至退休。
---*/
-- @population
SELECT u.payment_no, u.paying_body, c.insured_months
FROM unemployment_payment AS u
LEFT JOIN unemployment_claim AS c ON c.claim_no = u.claim_no

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'unemployment_payment'
  GROUP BY ref
),
counted AS (
  SELECT u.payment_no, u.paying_body, u.claim_no, u.person_id, u.month, u.amount - coalesce(r.amount, 0) AS overpaid,
         row_number() OVER (PARTITION BY u.claim_no ORDER BY u.month, u.payment_no) AS months
  FROM unemployment_payment AS u
  LEFT JOIN recovered AS r ON r.ref = u.payment_no
  WHERE u.amount > coalesce(r.amount, 0)
),
entitled AS (
  SELECT claim_no, insured_months,
         least(:longest, CASE WHEN insured_months < :whole_years * 12 THEN insured_months // 12
                              ELSE :whole_years + (insured_months - :whole_years * 12) // 6 END) AS entitlement
  FROM unemployment_claim
)
SELECT c.payment_no, c.paying_body, c.overpaid, c.claim_no, c.person_id, c.month, c.months, e.entitlement, e.insured_months
FROM counted AS c
JOIN entitled AS e ON e.claim_no = c.claim_no
WHERE c.months > e.entitlement

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'unemployment_payment'
GROUP BY ref
