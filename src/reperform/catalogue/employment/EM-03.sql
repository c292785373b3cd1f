/*---
code: EM-03
version: 1
title: {en: Subsidy for a person who is not unemployed or alive, zh: 为不符合条件人员领取就业补贴}
domain: employment
seed: [A5]
topics: [eligibility, shell_firms]
question:
  en: >-
    Was a subsidy paid for a month in which the person was dead, drew a pension, was paid from the budget, or was insured
    by another employer only?
  zh: 补贴所属月份中，人员是否已死亡、已领取养老金、属财政供养人员，或仅在其他单位参保？
criteria:
  - {law: 就业补助资金管理办法（版本由审计人员填写）, article: "", verified: false}
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, month, amount, district_body]
  contribution: [person_id, firm_id, first_month, last_month]
  death_register: [person_id, died_on]
  pension_roster: [person_id, first_month, last_month]
  public_staff: [person_id, since, until]
  recovery: [voucher, register, ref, amount]
optional: [pension_roster, public_staff, recovery]
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
    The month of death, of leaving a public post and of changing employer are right. A person insured by both employers in
    one month is changing jobs. A start-up grant is not tested against other employers. Months of contributions are read
    as whole months.
  zh: >-
    死亡当月、离开财政供养岗位当月、变更单位当月不属于问题。同月在两个单位参保视为变更单位。
    一次性创业资助不与其他单位参保比对。缴费按整月计。
---*/
-- @population
SELECT payment_no, district_body, person_id
FROM employment_subsidy

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
line AS (
  SELECT s.payment_no, s.kind, s.firm_id, s.person_id, s.month, s.amount - coalesce(r.amount, 0) AS unduly,
         s.district_body
  FROM employment_subsidy AS s
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.person_id IS NOT NULL AND s.amount > coalesce(r.amount, 0)
),
ground AS (
  SELECT l.payment_no, 'dead' AS ground
  FROM line AS l
  JOIN death_register AS d ON d.person_id = l.person_id
  GROUP BY l.payment_no, l.month
  HAVING (year(l.month) - year(max(d.died_on))) * 12 + month(l.month) - month(max(d.died_on)) > 0
  UNION ALL
  SELECT l.payment_no, 'pensioner' AS ground
  FROM line AS l
  JOIN pension_roster AS p ON p.person_id = l.person_id
  WHERE p.first_month <= l.month AND (p.last_month IS NULL OR p.last_month >= l.month)
  GROUP BY l.payment_no
  UNION ALL
  SELECT l.payment_no, 'public_staff' AS ground
  FROM line AS l
  JOIN public_staff AS p ON p.person_id = l.person_id
  WHERE p.since <= l.month AND (p.until IS NULL OR p.until >= l.month + INTERVAL 1 MONTH)
  GROUP BY l.payment_no
  UNION ALL
  SELECT l.payment_no, 'insured_elsewhere' AS ground
  FROM line AS l
  JOIN contribution AS k ON k.person_id = l.person_id
  WHERE l.kind <> 'startup' AND k.first_month <= l.month AND (k.last_month IS NULL OR k.last_month >= l.month)
  GROUP BY l.payment_no
  HAVING max(CASE WHEN k.firm_id = l.firm_id THEN 1 ELSE 0 END) = 0
),
grounds AS (
  SELECT payment_no, string_agg(ground, ',' ORDER BY ground) AS grounds
  FROM ground
  GROUP BY payment_no
)
SELECT l.payment_no, l.district_body, l.unduly, g.grounds, l.kind, l.person_id, l.firm_id, l.month
FROM line AS l
JOIN grounds AS g ON g.payment_no = l.payment_no

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
