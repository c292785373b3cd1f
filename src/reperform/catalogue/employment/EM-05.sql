/*---
code: EM-05
version: 1
title: {en: Subsidy beyond its longest term, zh: 超期限享受就业补贴}
domain: employment
seed: [A5]
topics: [eligibility]
question:
  en: Was a subsidy paid for more months of one person than its term allows?
  zh: 同一人员享受同一补贴的累计月数是否超过规定的最长期限？
criteria:
  - {law: 就业补助资金管理办法（版本由审计人员填写）, article: "", verified: false}
  - {law: 广东省就业创业补贴申请办理指导清单（版本由审计人员填写）, article: 社会保险补贴, verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, month, amount, district_body]
  resident: [person_id, born_on, sex]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [subsidy_term]
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
  - condition: months_drawn > longest AND until_retirement AND (born_on IS NULL OR sex IS NULL)
    reason: {en: Without age and sex nobody can say how near retirement was, zh: 缺少出生日期或性别，无法判断是否临近退休}
parameters:
  near_retirement:
    type: integer
    value: 60
    min: 0
    max: 240
    unit: month
    title: {en: Months before retirement from which the term is longer, zh: 距法定退休年龄可延长的月数}
    source: {en: "Guide of Guangdong: less than five years before retirement", zh: 广东省办事指南：距法定退休年龄不足5年的可延长至退休}
    verified: false
  retirement_age_men:
    type: integer
    value: 720
    min: 600
    max: 780
    unit: month
    title: {en: Age of retirement of men, zh: 男性退休年龄}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  retirement_age_women:
    type: integer
    value: 600
    min: 600
    max: 780
    unit: month
    title: {en: Age of retirement of women, zh: 女性退休年龄}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Months are counted over all employers and districts; a month that is paid twice counts once. Who was less than five
    years from retirement in the first subsidised month may draw the social insurance subsidy until then.
  zh: 月数按人员跨单位、跨区累计，同月重复发放只计一次。初次享受时距法定退休年龄不足五年的，社保补贴可延长至退休。
---*/
-- @population
WITH drawn AS (
  SELECT s.payment_no, s.district_body, s.person_id, s.kind, s.firm_id, s.month, s.amount, t.months AS longest,
         t.until_retirement, min(s.month) OVER (PARTITION BY s.kind, s.person_id) AS since,
         dense_rank() OVER (PARTITION BY s.kind, s.person_id ORDER BY s.month) AS months_drawn
  FROM employment_subsidy AS s
  JOIN subsidy_term AS t ON t.kind = s.kind
)
SELECT d.payment_no, d.district_body, d.person_id, d.kind, d.firm_id, d.month, d.amount, d.longest, d.until_retirement,
       d.since, d.months_drawn, r.born_on, r.sex
FROM drawn AS d
LEFT JOIN resident AS r ON r.person_id = d.person_id AND d.months_drawn > d.longest

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
)
SELECT p.payment_no, p.district_body, p.amount - coalesce(r.amount, 0) AS unduly, p.kind, p.person_id, p.firm_id, p.month,
       p.months_drawn, p.longest, p.since
FROM population AS p
LEFT JOIN recovered AS r ON r.ref = p.payment_no
WHERE p.months_drawn > p.longest AND p.amount > coalesce(r.amount, 0) AND p.person_id IS NOT NULL
  AND NOT (
    p.until_retirement
    AND (year(p.since) - year(p.born_on)) * 12 + month(p.since) - month(p.born_on)
      > CASE p.sex WHEN 'M' THEN :retirement_age_men ELSE :retirement_age_women END - :near_retirement
  )

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
