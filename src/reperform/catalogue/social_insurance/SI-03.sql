/*---
code: SI-03
version: 1
title: {en: Two pensions at the same time, zh: 重复领取养老待遇}
domain: social_insurance
seed: [A6]
topics: [double]
question:
  en: Did a person draw pensions of two schemes, or of one scheme in two regions, for the same months?
  zh: 同一人员是否在相同月份领取两种养老待遇，或在两地领取同一种养老待遇？
criteria:
  - {law: 城乡养老保险制度衔接暂行办法, article: "7", verified: false}
  - {law: 社会保险经办条例, article: "25, 46", version: 2023-12-01, verified: true}
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
tables:
  pension_roster: [person_id, scheme, region, paying_body, first_month, last_month, monthly, decision_no]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [person_id, scheme, region]
body: paying_body
amount: overpaid
money: return_to_channel
term: immediate
refer_to: social_insurance_bureau
lookback: absolute
guard:
  en: >-
    The pension that yields is shown: that of residents before that of employees, then the one that began later. Pensions
    that followed one another do not overlap. Two rows of one transferred account may be one pension: look at the decisions.
  zh: 列示应当终止的一份：居民养老让位于职工养老，其次为后领取的一份。先后衔接、月份不重叠的不属于问题。关系转移产生的两条记录可能为同一待遇，应核对核定单。
---*/
-- @population
SELECT person_id, scheme, region, paying_body
FROM pension_roster

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'pension_roster'
  GROUP BY ref
),
several AS (
  SELECT person_id, scheme, region, paying_body, first_month, last_month, monthly, decision_no,
         year(first_month) * 12 + month(first_month) AS starts,
         year(coalesce(last_month, :as_of)) * 12 + month(coalesce(last_month, :as_of)) AS ends,
         row_number() OVER (
           PARTITION BY person_id
           ORDER BY CASE scheme WHEN 'resident' THEN 1 ELSE 0 END, first_month, region, scheme
         ) AS place
  FROM pension_roster
  QUALIFY count(*) OVER (PARTITION BY person_id) > 1
),
doubled AS (
  SELECT s.person_id, s.scheme, s.region,
         max(least(s.ends, k.ends) - greatest(s.starts, k.starts) + 1) AS months
  FROM several AS s
  JOIN several AS k ON k.person_id = s.person_id AND k.place < s.place
  GROUP BY s.person_id, s.scheme, s.region
)
SELECT s.person_id, s.scheme, s.region, s.paying_body, d.months * s.monthly - coalesce(r.amount, 0) AS overpaid, d.months,
       s.monthly, s.first_month, s.last_month, s.decision_no
FROM several AS s
JOIN doubled AS d ON d.person_id = s.person_id AND d.scheme = s.scheme AND d.region = s.region
LEFT JOIN recovered AS r ON r.ref = s.decision_no
WHERE d.months > 0 AND d.months * s.monthly > coalesce(r.amount, 0)

-- @remedies
SELECT p.person_id, p.scheme, p.region, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN pension_roster AS p ON p.decision_no = r.ref
WHERE r.register = 'pension_roster'
GROUP BY p.person_id, p.scheme, p.region
