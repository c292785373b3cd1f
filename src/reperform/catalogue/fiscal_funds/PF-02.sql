/*---
code: PF-02
version: 1
title: {en: Weights of performance indicators that do not fit, zh: 绩效指标分值设置不合规}
domain: fiscal_funds
seed: [A3]
topics: [weights]
question:
  en: "Do the points of a project's indicators not add up to 100, or not keep the fixed weights of the levels?"
  zh: 项目绩效指标分值合计是否不等于100分，或未按规定的固定权重设置？
criteria:
  - {law: 中华人民共和国预算法, article: "32", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20", version: 2020-08-03, verified: true}
  - {law: 项目支出绩效评价管理办法（财预〔2020〕10号）, article: "", verified: false}
tables:
  performance_project: [project_no, year, body_id]
  performance_target: [project_no, year, level, points]
  correction: [number, register, ref]
optional: [correction]
key: [project_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: unpointed > 0
    reason: {en: An indicator without points, zh: 有指标未填分值}
parameters:
  execution_points:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: point
    title: {en: Points of execution, zh: 预算执行率分值}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  output_points:
    type: integer
    value: 50
    min: 0
    max: 100
    unit: point
    title: {en: Points of output, zh: 产出指标分值}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  effect_points:
    type: integer
    value: 30
    min: 0
    max: 100
    unit: point
    title: {en: Points of effect, zh: 效益指标分值}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  satisfaction_points:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: point
    title: {en: Points of satisfaction, zh: 满意度指标分值}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
guard:
  en: >-
    A project that serves nobody outside needs no satisfaction; its points go to effect, and are taken so.
    Evaluations by outsiders and whole departments follow other weights: set the parameters.
  zh: >-
    不直接服务对象的项目可不设满意度指标，其分值并入效益指标，本程序已按此处理。部门整体评价、财政评价权重不同，请另设
    参数。
---*/
-- @population
SELECT p.project_no, p.year, p.body_id, t.unpointed
FROM performance_project AS p
JOIN (
  SELECT project_no, year, sum(CASE WHEN points IS NULL THEN 1 ELSE 0 END) AS unpointed
  FROM performance_target
  GROUP BY project_no, year
) AS t ON t.project_no = p.project_no AND t.year = p.year

-- @exceptions
WITH weighed AS (
  SELECT project_no, year, sum(points) AS total, count(*) - count(points) AS unpointed,
         sum(CASE WHEN level = 'execution' THEN points ELSE 0 END) AS execution,
         sum(CASE WHEN level = 'output' THEN points ELSE 0 END) AS output,
         sum(CASE WHEN level = 'effect' THEN points ELSE 0 END) AS effect,
         sum(CASE WHEN level = 'satisfaction' THEN points ELSE 0 END) AS satisfaction
  FROM performance_target
  GROUP BY project_no, year
)
SELECT p.project_no, p.year, p.body_id, w.total, w.execution, w.output, w.effect, w.satisfaction
FROM weighed AS w
JOIN performance_project AS p ON p.project_no = w.project_no AND p.year = w.year
WHERE w.unpointed = 0
  AND (w.total <> 100 OR w.execution <> :execution_points OR w.output <> :output_points
       OR w.effect + w.satisfaction <> :effect_points + :satisfaction_points
       OR (w.satisfaction <> 0 AND w.satisfaction <> :satisfaction_points))

-- @remedies
SELECT p.project_no, p.year, max(c.number) AS trace
FROM performance_project AS p
JOIN correction AS c ON c.ref = p.project_no || '/' || CAST(p.year AS varchar)
WHERE c.register = 'performance_project'
GROUP BY p.project_no, p.year
