/*---
code: GW-01
version: 1
title: {en: Main past its design life and in no plan of renewal, zh: 超龄管道未纳入更新改造计划}
domain: performance
seed: [A12]
topics: [pipes_past_age, water, gas]
question:
  en: Is a gas or water main in use past its design life and in no plan of renewal?
  zh: 在用燃气、供水管道是否已超过设计使用年限，且未纳入更新改造计划？
criteria:
  - {law: 城镇燃气管理条例, article: "35, 41", verified: true}
  - {law: 城市燃气管道等老化更新改造实施方案, article: "", verified: false}
tables:
  pipe: [pipe_id, body_id, medium, material, laid_on, retired_on, length_m]
  pipe_renewal: [plan_no, pipe_id, adopted_on]
facts: [pipe_design_life]
key: [pipe_id]
body: body_id
term: staged
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: in_use AND laid_on IS NULL
    reason: {en: No date of laying, zh: 无敷设日期}
  - condition: in_use AND material IS NULL
    reason: {en: No material, zh: 无管材信息}
parameters:
  grace_years:
    type: integer
    value: 0
    min: 0
    max: 20
    unit: year
    title: {en: Years past the design life that are let pass, zh: 超过设计年限后的宽限年数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Past its design life is not unsafe: an inspection that allows further use is a reason to exclude a main, with the
    day until which it holds. The day on which the last year of its life ends is still within it. Mains out of use are
    not at fault. Which life belongs to which main is the fact `pipe_design_life`.
  zh: >-
    超过设计年限不等于不安全：经检验评估可继续使用的，凭评估结论及其有效期予以剔除。年限届满当日仍在年限内。
    已停用的管道不属问题。各类管道的设计年限见事实表 `pipe_design_life`。
---*/
-- @population
SELECT pipe_id, body_id, laid_on, material, retired_on IS NULL AS in_use
FROM pipe

-- @exceptions
SELECT p.pipe_id, p.body_id, p.medium, p.material, p.laid_on, l.years AS design_years, p.length_m
FROM pipe AS p
JOIN pipe_design_life AS l ON l.medium = p.medium AND l.material = p.material
  AND :as_of BETWEEN l.valid_from AND l.valid_to
WHERE p.retired_on IS NULL
  AND (year(:as_of) - year(p.laid_on) - l.years - :grace_years) * 10000
      + (month(:as_of) - month(p.laid_on)) * 100 + day(:as_of) - day(p.laid_on) > 0
  AND NOT EXISTS (SELECT 1 FROM pipe_renewal AS r WHERE r.pipe_id = p.pipe_id AND r.adopted_on <= :as_of)

-- @remedies
SELECT pipe_id, max(plan_no) AS trace
FROM pipe_renewal
WHERE adopted_on <= :as_of
GROUP BY pipe_id
