/*---
code: EM-10
version: 1
title: {en: Last employer of too many unemployed, zh: 末次参保单位失业申领比例异常}
domain: employment
seed: [A5]
topics: [shell_firms]
question:
  en: Did more than half of the people whom a firm insured in a year or the one before claim unemployment benefit?
  zh: 某单位当年及上年参保人员中，当年申领失业保险金的比例是否超过一半？
criteria:
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
  - {law: 广东省失业保险条例, article: "41", verified: true}
tables:
  unemployment_claim: [claim_no, person_id, last_firm, claimed_on]
  unemployment_payment: [payment_no, claim_no, amount]
  contribution: [person_id, firm_id, first_month, last_month]
  firm: [firm_id, district_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [firm_id, claim_year]
body: district_body
amount: in_question
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: district_body IS NULL
    reason: {en: The firm is not in the register, zh: 企业登记信息中无该企业}
parameters:
  min_claims:
    type: integer
    value: 5
    min: 1
    max: 10000
    unit: claim
    title: {en: Claims at least, zh: 最少申领人数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  share:
    type: integer
    value: 50
    min: 1
    max: 100
    unit: percent
    title: {en: Share of the insured that is too much, zh: 申领人数占参保人数的界限}
    source: {en: "Practice of Weihai, 2021: above 50 % of the firm, against 2 % of the city", zh: 威海市2021年做法：单位比例超过50%（全市不足2%）}
    verified: false
guard:
  en: >-
    A firm that closes sends all its people to the office, lawfully: compare with the register of firms and the notices of
    mass redundancy. Small firms are left out.
  zh: 企业关停会依法出现集中申领，应与企业登记和经济性裁员报告比对。小微单位人数过少的不纳入。
---*/
-- @population
SELECT c.last_firm AS firm_id, year(c.claimed_on) AS claim_year, f.district_body
FROM unemployment_claim AS c
LEFT JOIN firm AS f ON f.firm_id = c.last_firm
WHERE c.last_firm IS NOT NULL
GROUP BY c.last_firm, year(c.claimed_on), f.district_body

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'unemployment_payment'
  GROUP BY ref
),
paid AS (
  SELECT u.claim_no, sum(u.amount - coalesce(r.amount, 0)) AS amount
  FROM unemployment_payment AS u
  LEFT JOIN recovered AS r ON r.ref = u.payment_no
  GROUP BY u.claim_no
),
claimed AS (
  SELECT c.last_firm AS firm_id, year(c.claimed_on) AS claim_year, count(DISTINCT c.person_id) AS claims,
         sum(coalesce(p.amount, 0)) AS in_question
  FROM unemployment_claim AS c
  LEFT JOIN paid AS p ON p.claim_no = c.claim_no
  WHERE c.last_firm IS NOT NULL
  GROUP BY c.last_firm, year(c.claimed_on)
  HAVING count(DISTINCT c.person_id) >= :min_claims
),
insured AS (
  SELECT c.firm_id, c.claim_year, count(DISTINCT k.person_id) AS insured
  FROM claimed AS c
  JOIN contribution AS k ON k.firm_id = c.firm_id
  WHERE year(k.first_month) <= c.claim_year AND (k.last_month IS NULL OR year(k.last_month) >= c.claim_year - 1)
  GROUP BY c.firm_id, c.claim_year
)
SELECT c.firm_id, c.claim_year, f.district_body, c.in_question, c.claims, coalesce(i.insured, 0) AS insured
FROM claimed AS c
JOIN firm AS f ON f.firm_id = c.firm_id
LEFT JOIN insured AS i ON i.firm_id = c.firm_id AND i.claim_year = c.claim_year
WHERE c.claims * 100 > coalesce(i.insured, 0) * :share AND c.in_question > 0

-- @remedies
SELECT c.last_firm AS firm_id, year(c.claimed_on) AS claim_year, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN unemployment_payment AS u ON u.payment_no = r.ref
JOIN unemployment_claim AS c ON c.claim_no = u.claim_no
WHERE r.register = 'unemployment_payment' AND c.last_firm IS NOT NULL
GROUP BY c.last_firm, year(c.claimed_on)
