/*---
code: PF-05
version: 1
title: {en: Periodic notice of performance papers not handed in, zh: 绩效管理材料逾期未报定期通报}
domain: fiscal_funds
seed: [A3]
topics: [periodic_notice]
question:
  en: "Which units have targets or self-evaluations overdue, and how do departments and districts stand?"
  zh: 哪些单位的绩效目标或绩效自评逾期未报？各部门、各区情况如何？
criteria:
  - {law: 中华人民共和国预算法, article: "57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "51（八）, 53（二）（四）, 73", version: 2020-08-03, verified: true}
tables:
  performance_project: [unit_no, year, body_id, district, target_due_on, target_filed_on, evaluation_due_on, evaluated_on]
  correction: [number, register, ref]
optional: [correction]
key: [unit_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  grace_days:
    type: integer
    value: 0
    min: 0
    max: 366
    unit: day
    title: {en: Days after the due date, zh: 到期后宽限天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    What came late but came is not overdue any more. A unit that was merged hands in under its new number. The
    columns give the notice by unit, department and district.
  zh: 逾期后已补报的不再列入。已合并的单位按新编码报送。各列可分别按单位、主管部门、区编制通报。
---*/
-- @population
SELECT unit_no, year, max(body_id) AS body_id
FROM performance_project
GROUP BY unit_no, year

-- @exceptions
WITH of_unit AS (
  SELECT unit_no, year, max(body_id) AS body_id, max(district) AS district, count(*) AS projects,
         sum(CASE WHEN target_filed_on IS NULL AND date_diff('day', target_due_on, :as_of) > :grace_days
                  THEN 1 ELSE 0 END) AS targets_overdue,
         sum(CASE WHEN evaluated_on IS NULL AND date_diff('day', evaluation_due_on, :as_of) > :grace_days
                  THEN 1 ELSE 0 END) AS evaluations_overdue
  FROM performance_project
  GROUP BY unit_no, year
),
notice AS (
  SELECT unit_no, year, body_id, district, projects, targets_overdue, evaluations_overdue,
         sum(targets_overdue + evaluations_overdue) OVER (PARTITION BY body_id, year) AS overdue_in_department,
         sum(targets_overdue + evaluations_overdue) OVER (PARTITION BY district, year) AS overdue_in_district
  FROM of_unit
)
SELECT unit_no, year, body_id, district, projects, targets_overdue, evaluations_overdue, overdue_in_department,
       overdue_in_district
FROM notice
WHERE targets_overdue + evaluations_overdue > 0

-- @remedies
SELECT u.unit_no, u.year, max(c.number) AS trace
FROM population AS u
JOIN correction AS c ON c.ref = u.unit_no || '/' || CAST(u.year AS varchar)
WHERE c.register = 'performance_project'
GROUP BY u.unit_no, u.year
