/*---
code: PF-04
version: 1
title: {en: Performance targets copied or not measurable, zh: 绩效目标照搬上年或不可衡量}
domain: fiscal_funds
seed: [A3]
topics: [targets]
question:
  en: "Are a project's targets the same words as last year's, or words that nobody can measure?"
  zh: 项目绩效目标是否照搬上年，或使用“提高、加强”等无法衡量的表述？
criteria:
  - {law: 中华人民共和国预算法, article: "32", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20", version: 2020-08-03, verified: true}
  - {law: 项目支出绩效评价管理办法（财预〔2020〕10号）, article: "", verified: false}
tables:
  performance_project: [project_no, year, body_id]
  performance_target: [project_no, year, level, indicator_text, target_value]
  correction: [number, register, ref]
optional: [correction]
facts: [vague_target_word]
key: [project_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  vague_percent:
    type: integer
    value: 50
    min: 1
    max: 100
    unit: percent
    title: {en: Share of targets without a measure, zh: 不可衡量指标占比}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  copied_percent:
    type: integer
    value: 100
    min: 1
    max: 100
    unit: percent
    title: {en: "Share of targets that stand in last year's", zh: 与上年相同指标占比}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  least_indicators:
    type: integer
    value: 3
    min: 1
    max: 100
    unit: indicator
    title: {en: Indicators from which a copy is one, zh: 判断照搬的最少指标数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A recurring service may rightly keep its standard; what is looked for is a whole set without one change. A
    target in words is measurable where the words name a state that can be seen. The words are the fact
    `vague_target_word`.
  zh: >-
    经常性服务的标准可以不变，本程序查找的是全部指标一字未改的情况。定性指标如描述可核实的状态则可衡量。词表见事实表`va
    gue_target_word`。
---*/
-- @population
SELECT p.project_no, p.year, p.body_id
FROM performance_project AS p
WHERE EXISTS (
  SELECT 1
  FROM performance_target AS t
  WHERE t.project_no = p.project_no AND t.year = p.year AND t.level <> 'execution'
)

-- @exceptions
WITH wordy AS (
  SELECT DISTINCT target_value
  FROM performance_target
  WHERE level <> 'execution' AND NOT regexp_matches(target_value, '[0-9０-９]')
),
vague AS (
  SELECT DISTINCT v.target_value
  FROM wordy AS v
  JOIN vague_target_word AS w ON v.target_value LIKE '%' || w.word || '%'
),
earlier AS (
  SELECT DISTINCT project_no, year + 1 AS year, level, indicator_text, target_value
  FROM performance_target
  WHERE level <> 'execution'
),
counted AS (
  SELECT t.project_no, t.year, count(*) AS indicators,
         sum(CASE WHEN t.target_value IS NULL OR v.target_value IS NOT NULL THEN 1 ELSE 0 END) AS vague,
         sum(CASE WHEN e.project_no IS NOT NULL THEN 1 ELSE 0 END) AS copied
  FROM performance_target AS t
  LEFT JOIN vague AS v ON v.target_value = t.target_value
  LEFT JOIN earlier AS e
    ON e.project_no = t.project_no AND e.year = t.year AND e.level = t.level
   AND e.indicator_text = t.indicator_text AND e.target_value = t.target_value
  WHERE t.level <> 'execution'
  GROUP BY t.project_no, t.year
)
SELECT p.project_no, p.year, p.body_id, c.indicators, c.vague, c.copied
FROM counted AS c
JOIN performance_project AS p ON p.project_no = c.project_no AND p.year = c.year
WHERE c.vague * 100 >= c.indicators * :vague_percent
   OR (c.indicators >= :least_indicators AND c.copied * 100 >= c.indicators * :copied_percent)

-- @remedies
SELECT p.project_no, p.year, max(c.number) AS trace
FROM performance_project AS p
JOIN correction AS c ON c.ref = p.project_no || '/' || CAST(p.year AS varchar)
WHERE c.register = 'performance_project'
GROUP BY p.project_no, p.year
