/*---
code: PF-03
version: 1
title: {en: Self-evaluation better than the facts, zh: 绩效自评结果失实}
domain: fiscal_funds
seed: [A3]
topics: [self_evaluation]
question:
  en: Did a project give itself a top score though little of its budget was executed or targets were missed?
  zh: 项目预算执行率低或指标未完成，自评得分是否仍为“优”？
criteria:
  - {law: 中华人民共和国预算法, article: "57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20, 53（二）（四）", version: 2020-08-03, verified: true}
  - {law: 项目支出绩效评价管理办法（财预〔2020〕10号）, article: "", verified: false}
tables:
  performance_project: [project_no, year, body_id, budget_amount, executed_amount, score]
  performance_target: [project_no, year, points, achieved]
  correction: [number, register, ref]
optional: [performance_target, correction]
key: [project_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: executed_amount IS NULL
    reason: {en: No executed amount, zh: 无执行金额}
  - condition: budget_amount = 0
    reason: {en: No budget, zh: 预算为零}
parameters:
  top_score:
    type: integer
    value: 90
    min: 0
    max: 100
    unit: point
    title: {en: Score from which a project is called excellent, zh: 评为“优”的最低得分}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  execution_percent:
    type: integer
    value: 50
    min: 0
    max: 100
    unit: percent
    title: {en: Execution below which that is not believed, zh: 执行率下限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  missed_points:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: point
    title: {en: Points of missed targets that a top score can bear, zh: 评优可容许的未完成指标分值}
    source:
      en: "It follows from the arithmetic: 90 of 100 points leave 10 to be missed"
      zh: 由分值推算：满分100分，90分以上最多失10分
    verified: false
guard:
  en: >-
    A budget cut during the year lowers what there was to execute: compare with the adjusted budget. Part of the
    points of a target that was nearly reached may be given.
  zh: 年中调减预算的，应以调整后预算计算执行率。基本完成的指标可按比例得分。
---*/
-- @population
SELECT project_no, year, body_id, executed_amount, budget_amount
FROM performance_project
WHERE score IS NOT NULL

-- @exceptions
WITH missed AS (
  SELECT project_no, year, sum(points) AS points
  FROM performance_target
  WHERE NOT achieved
  GROUP BY project_no, year
)
SELECT p.project_no, p.year, p.body_id, p.score, p.executed_amount * 100 // nullif(p.budget_amount, 0) AS executed_percent,
       coalesce(m.points, 0) AS points_missed
FROM performance_project AS p
LEFT JOIN missed AS m ON m.project_no = p.project_no AND m.year = p.year
WHERE p.score >= :top_score AND p.executed_amount IS NOT NULL AND p.budget_amount > 0
  AND (p.executed_amount * 100 < p.budget_amount * :execution_percent OR coalesce(m.points, 0) > :missed_points)

-- @remedies
SELECT p.project_no, p.year, max(c.number) AS trace
FROM performance_project AS p
JOIN correction AS c ON c.ref = p.project_no || '/' || CAST(p.year AS varchar)
WHERE c.register = 'performance_project'
GROUP BY p.project_no, p.year
