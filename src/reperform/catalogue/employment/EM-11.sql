/*---
code: EM-11
version: 1
title: {en: Grant above its rate, zh: 超标准发放一次性就业补贴}
domain: employment
seed: [A5]
topics: [eligibility]
question:
  en: Was a grant that is paid once paid above its rate?
  zh: 一次性就业补贴是否超过规定标准发放？
criteria:
  - {law: 广东省就业创业补贴申请办理指导清单（版本由审计人员填写）, article: "一次性创业资助, 一次性扩岗补助", verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, amount, applied_on, district_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [subsidy_rate]
key: [payment_no]
body: district_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: rate IS NULL
    reason: {en: No rate is known for that day, zh: 该日期无适用标准}
guard:
  en: The rate of the day of the application holds. Less than the rate is no exception here.
  zh: 以申请之日的标准为准。低于标准发放不属于本程序的问题。
---*/
-- @population
SELECT s.payment_no, s.district_body, s.kind, s.firm_id, s.person_id, s.amount, s.applied_on, t.rate
FROM employment_subsidy AS s
LEFT JOIN subsidy_rate AS t ON t.kind = s.kind AND s.applied_on BETWEEN t.valid_from AND t.valid_to
WHERE s.kind IN ('startup', 'expansion')

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
)
SELECT p.payment_no, p.district_body, p.amount - p.rate - coalesce(r.amount, 0) AS overpaid, p.kind, p.firm_id, p.person_id,
       p.applied_on, p.amount AS paid, p.rate
FROM population AS p
LEFT JOIN recovered AS r ON r.ref = p.payment_no
WHERE p.amount - coalesce(r.amount, 0) > p.rate

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
