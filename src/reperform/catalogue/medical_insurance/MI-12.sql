/*---
code: MI-12
version: 1
title: {en: Commercial insurer pays later than agreed, zh: 商保机构逾期拨付医疗费用}
domain: medical_insurance
seed: [A7]
topics: [insurer_advances]
question:
  en: Which costs that institutions have advanced did the commercial insurer not pay within the days of the contract?
  zh: 医疗机构垫付的哪些费用，商保机构未在合同约定期限内拨付？
criteria:
  - {law: 承办服务合同（由审计人员填写合同编号及条款）, article: "", verified: false}
tables:
  insurer_claim: [claim_no, contract_no, institution, submitted_on, amount]
  insurer_contract: [contract_no, insurer, pay_days, day_kind]
  insurer_payment: [voucher, claim_no, amount, paid_on]
facts: [calendar_exception]
key: [claim_no]
body: institution
amount: unpaid
money: expedite
term: immediate
refer_to: medical_insurance_bureau
lookback: absolute
not_testable_when:
  - condition: submitted_on IS NULL
    reason: {en: No day of submission, zh: 无申报日期}
  - condition: pay_days IS NULL
    reason: {en: The contract or its term is not known, zh: 合同或约定期限未知}
  - condition: unknown_days
    reason: {en: The working days of a year are not known, zh: 缺少相应年度的节假日安排}
parameters:
  grace_days:
    type: integer
    value: 0
    min: 0
    max: 90
    unit: day
    title: {en: Days beyond the contract that are left out, zh: 合同期限之外不计的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    The day of submission does not count. Days are those of the contract, working or calendar. Claims that the insurer
    sent back for papers begin anew. A claim that was paid in full late is no exception here: the advance is over. What
    the insurer rightly deducted on review stands as a payment.
  zh: >-
    申报当日不计入期限，按合同约定的工作日或自然日计算。因材料不全退回的，自重新提交之日起算。
    已逾期但足额拨付的，垫付已消除，不属于本程序的问题。经审核合理扣减的，视同拨付。
---*/
-- @population
WITH known AS (
  SELECT year(min(day)) AS first_year, year(max(day)) AS last_year
  FROM calendar_exception
)
SELECT c.claim_no, c.institution, c.submitted_on, k.pay_days,
       k.day_kind = 'working' AND (year(c.submitted_on) < y.first_year OR year(:as_of) > y.last_year) AS unknown_days
FROM insurer_claim AS c
CROSS JOIN known AS y
LEFT JOIN insurer_contract AS k ON k.contract_no = c.contract_no

-- @exceptions
WITH paid AS (
  SELECT claim_no, sum(amount) AS amount
  FROM insurer_payment
  WHERE paid_on <= :as_of
  GROUP BY claim_no
),
open_claim AS (
  SELECT c.claim_no, c.institution, c.submitted_on, c.amount - coalesce(p.amount, 0) AS unpaid, c.amount AS claimed,
         k.insurer, k.pay_days, k.day_kind, date_diff('day', c.submitted_on, :as_of) AS days,
         -- Mondays to Fridays after the submission, counted from a Sunday
         (date_diff('day', DATE '2000-01-02', :as_of) // 7 - date_diff('day', DATE '2000-01-02', c.submitted_on) // 7) * 5
           + least(date_diff('day', DATE '2000-01-02', :as_of) % 7, 5)
           - least(date_diff('day', DATE '2000-01-02', c.submitted_on) % 7, 5) AS weekdays
  FROM insurer_claim AS c
  JOIN insurer_contract AS k ON k.contract_no = c.contract_no
  JOIN population AS s ON s.claim_no = c.claim_no
  LEFT JOIN paid AS p ON p.claim_no = c.claim_no
  WHERE NOT coalesce(s.unknown_days, FALSE) AND c.amount > coalesce(p.amount, 0)
    AND date_diff('day', c.submitted_on, :as_of) > k.pay_days + :grace_days
),
excepted AS (
  SELECT o.claim_no, sum(CASE WHEN e.worked THEN 1 ELSE -1 END) AS days
  FROM open_claim AS o
  JOIN calendar_exception AS e ON e.day > o.submitted_on AND e.day <= :as_of
  GROUP BY o.claim_no
)
SELECT o.claim_no, o.institution, o.unpaid, o.insurer, o.claimed, o.submitted_on, o.pay_days, o.day_kind,
       CASE WHEN o.day_kind = 'working' THEN o.weekdays + coalesce(e.days, 0) ELSE o.days END AS days_waited
FROM open_claim AS o
LEFT JOIN excepted AS e ON e.claim_no = o.claim_no
WHERE CASE WHEN o.day_kind = 'working' THEN o.weekdays + coalesce(e.days, 0) ELSE o.days END
        > o.pay_days + :grace_days

-- @remedies
SELECT claim_no, sum(amount) AS remedied, max(voucher) AS trace
FROM insurer_payment
WHERE paid_on <= :as_of
GROUP BY claim_no
