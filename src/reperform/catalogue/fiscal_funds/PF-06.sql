/*---
code: PF-06
version: 1
title: {en: Self-evaluation without a grade that fits its score, zh: 绩效自评等级缺失或与得分不符}
domain: fiscal_funds
seed: [A3]
topics: [self_evaluation]
question:
  en: "Does a self-evaluation with a score have no grade, or one that its score does not bear?"
  zh: 绩效自评有得分而无等级，或等级与得分不相符？
criteria:
  - {law: 中华人民共和国预算法, article: "57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20, 53（二）", version: 2020-08-03, verified: true}
  - {law: 项目支出绩效评价管理办法（财预〔2020〕10号）, article: "", verified: false}
tables:
  performance_project: [project_no, year, body_id, score, grade]
  correction: [number, register, ref]
optional: [correction]
key: [project_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  excellent_from:
    type: integer
    value: 90
    min: 0
    max: 100
    unit: point
    title: {en: Lowest score of excellent, zh: “优”的最低得分}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  good_from:
    type: integer
    value: 80
    min: 0
    max: 100
    unit: point
    title: {en: Lowest score of good, zh: “良”的最低得分}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
  fair_from:
    type: integer
    value: 60
    min: 0
    max: 100
    unit: point
    title: {en: Lowest score of fair, zh: “中”的最低得分}
    source:
      en: "Measures on performance evaluation of project expenditure (Caiyu 2020 No. 10), not read in the original"
      zh: 《项目支出绩效评价管理办法》（财预〔2020〕10号），未核对原文
    verified: false
guard:
  en: >-
    A department that grades by rank and not by score sets the parameters or leaves the procedure out. Whether the
    score itself is true is PF-03.
  zh: 按排名而非按分值定级的部门，应调整参数或不运行本程序。得分本身是否真实见PF-03。
---*/
-- @population
SELECT project_no, year, body_id
FROM performance_project
WHERE score IS NOT NULL

-- @exceptions
WITH graded AS (
  SELECT project_no, year, body_id, score, grade,
         CASE WHEN score >= :excellent_from THEN 'excellent' WHEN score >= :good_from THEN 'good'
              WHEN score >= :fair_from THEN 'fair' ELSE 'poor' END AS fitting
  FROM performance_project
  WHERE score IS NOT NULL
)
SELECT project_no, year, body_id, score, grade, fitting
FROM graded
WHERE grade IS NULL OR grade <> fitting

-- @remedies
SELECT p.project_no, p.year, max(c.number) AS trace
FROM performance_project AS p
JOIN correction AS c ON c.ref = p.project_no || '/' || CAST(p.year AS varchar)
WHERE c.register = 'performance_project'
GROUP BY p.project_no, p.year
