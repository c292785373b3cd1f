/*---
code: PF-01
version: 1
title: {en: Project without performance targets, zh: 项目未设置绩效目标}
domain: fiscal_funds
seed: [A3]
topics: [targets]
question:
  en: "Does a project at or above the local limit have no indicator of output, effect or satisfaction?"
  zh: 达到限额的项目是否未设置产出、效益或满意度指标？
criteria:
  - {law: 中华人民共和国预算法, article: "32, 57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "20, 53（二）", version: 2020-08-03, verified: true}
tables:
  performance_project: [project_no, year, body_id, budget_amount]
  performance_target: [project_no, year, indicator_no, level]
optional: [performance_target]
key: [project_no, year]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  limit_amount:
    type: integer
    value: 100000000
    min: 0
    max: 100000000000
    unit: fen
    title: {en: Budget from which targets are needed, zh: 应设置绩效目标的预算限额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Basic expenditure and secret projects are not in the table. Where targets are set once for a programme, its
    sub-projects go to sifting. The rate of execution alone is no target.
  zh: 基本支出和涉密项目不在表内。以整体项目统一设置目标的子项目应在筛查中剔除。仅有预算执行率不视为设置了绩效目标。
---*/
-- @population
SELECT project_no, year, body_id
FROM performance_project
WHERE budget_amount >= :limit_amount

-- @exceptions
SELECT p.project_no, p.year, p.body_id, p.budget_amount
FROM performance_project AS p
WHERE p.budget_amount >= :limit_amount
  AND NOT EXISTS (
    SELECT 1
    FROM performance_target AS t
    WHERE t.project_no = p.project_no AND t.year = p.year AND t.level IN ('output', 'effect', 'satisfaction')
  )

-- @remedies
SELECT project_no, year, max(indicator_no) AS trace
FROM performance_target
WHERE level IN ('output', 'effect', 'satisfaction')
GROUP BY project_no, year
