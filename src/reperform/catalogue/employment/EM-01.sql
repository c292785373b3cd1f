/*---
code: EM-01
version: 1
title: {en: Start-up grant to a firm that was not eligible, zh: 不符合条件的企业领取一次性创业资助}
domain: employment
seed: [A5]
topics: [eligibility, shell_firms]
question:
  en: Was a start-up grant paid to a firm that was too young, had no lasting staff, or stood on the list of irregular firms?
  zh: 一次性创业资助是否发放给登记不满期限、未连续带动就业或已列入经营异常名录的企业？
criteria:
  - {law: 广东省就业创业补贴申请办理指导清单（版本由审计人员填写）, article: 一次性创业资助, verified: false}
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, amount, applied_on, district_body]
  firm: [firm_id, representative_id, registered_on, listed_on, delisted_on]
  contribution: [person_id, firm_id, first_month, last_month]
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
  - condition: registered_on IS NULL
    reason: {en: The firm is not in the register or has no date, zh: 企业登记信息中无该企业或无成立日期}
parameters:
  firm_months:
    type: integer
    value: 6
    min: 0
    max: 60
    unit: month
    title: {en: Months since registration, zh: 登记注册满月数}
    source: {en: "Guide of Guangdong to the start-up grant, read in part", zh: 广东省一次性创业资助办事指南（部分核阅）}
    verified: false
  staff_months:
    type: integer
    value: 3
    min: 0
    max: 36
    unit: month
    title: {en: Consecutive months with insured staff, zh: 连续为员工缴纳社保的月数}
    source: {en: "Guide of Guangdong to the start-up grant, read in part", zh: 广东省一次性创业资助办事指南（部分核阅）}
    verified: false
guard:
  en: >-
    The representative is not staff. Months count up to that of the application; different employees may follow one
    another without a gap. A firm that had left the list of irregular firms when it applied is eligible. A firm that
    replaced a sole trader of the same owner may count the older date.
  zh: >-
    法定代表人本人不计入带动就业人数。缴费月份算至申请当月，不同员工首尾相接视为连续。申请时已移出经营异常名录的，
    符合条件。个体工商户转企业的，可按原登记日期计算，应在筛查中核实。
---*/
-- @population
SELECT s.payment_no, s.district_body, f.registered_on
FROM employment_subsidy AS s
LEFT JOIN firm AS f ON f.firm_id = s.firm_id
WHERE s.kind = 'startup'

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
claim AS (
  SELECT s.payment_no, s.district_body, s.firm_id, s.person_id, s.applied_on, s.amount - coalesce(r.amount, 0) AS unduly,
         f.registered_on, f.representative_id,
         f.listed_on <= s.applied_on AND (f.delisted_on IS NULL OR f.delisted_on > s.applied_on) AS listed,
         year(s.applied_on) * 12 + month(s.applied_on) AS applied_month
  FROM employment_subsidy AS s
  JOIN firm AS f ON f.firm_id = s.firm_id
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.kind = 'startup' AND s.amount > coalesce(r.amount, 0)
),
stay AS (
  SELECT c.payment_no, year(k.first_month) * 12 + month(k.first_month) AS starts,
         least(coalesce(year(k.last_month) * 12 + month(k.last_month), c.applied_month), c.applied_month) AS ends
  FROM claim AS c
  JOIN contribution AS k ON k.firm_id = c.firm_id
  WHERE k.first_month <= c.applied_on AND k.person_id <> coalesce(c.representative_id, '')
),
marked AS (
  SELECT payment_no, starts, ends,
         CASE WHEN starts > max(ends) OVER (
                PARTITION BY payment_no ORDER BY starts, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
              ) + 1 THEN 1 ELSE 0 END AS begins
  FROM stay
),
run AS (
  SELECT payment_no, starts, ends,
         sum(begins) OVER (
           PARTITION BY payment_no ORDER BY starts, ends ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         ) AS number
  FROM marked
),
staffed AS (
  SELECT payment_no, number, max(ends) - min(starts) + 1 AS months
  FROM run
  GROUP BY payment_no, number
),
longest AS (
  SELECT payment_no, max(months) AS months
  FROM staffed
  GROUP BY payment_no
),
judged AS (
  SELECT c.payment_no, c.district_body, c.unduly, c.firm_id, c.person_id, c.applied_on, c.registered_on,
         coalesce(l.months, 0) AS staff_months, coalesce(c.listed, FALSE) AS listed,
         (year(c.applied_on) - year(c.registered_on)) * 12 + month(c.applied_on) - month(c.registered_on)
           - CASE WHEN day(c.applied_on) < day(c.registered_on) THEN 1 ELSE 0 END AS firm_months
  FROM claim AS c
  LEFT JOIN longest AS l ON l.payment_no = c.payment_no
)
SELECT payment_no, district_body, unduly, firm_id, person_id, applied_on, registered_on, firm_months, staff_months, listed
FROM judged
WHERE firm_months < :firm_months OR staff_months < :staff_months OR listed

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
