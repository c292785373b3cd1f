/*---
code: SW-04
version: 1
title: {en: Sewer accepted with defects, zh: 污水管网带缺陷通过验收}
domain: sewage
seed: [A10]
topics: [unconnected]
question:
  en: Was a section of sewer accepted with a grave defect that has not been repaired since?
  zh: 污水管段是否存在严重缺陷仍通过验收，且至今未修复？
criteria:
  - {law: 城镇排水管道检测与评估技术规程（CJJ 181）, article: 缺陷等级, verified: false}
  - {law: 建设工程质量管理条例, article: "", verified: false}
tables:
  sewer_section: [section_id, body_id, village, length_m, accepted_on, defect_grade, repaired_on, repair_no]
key: [section_id]
body: body_id
term: staged
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: defect_grade IS NULL
    reason: {en: Accepted without an inspection of the inside of the pipe, zh: 无管道内部检测结果}
parameters:
  min_grade:
    type: integer
    value: 3
    min: 1
    max: 4
    unit: grade
    title: {en: Lowest grade of a grave defect, zh: 严重缺陷的最低等级}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Only sections that were accepted are examined. A defect that was repaired counts as repaired whenever that was;
    that the acceptance came first stays a matter for the question of responsibility.
  zh: 仅检查已通过验收的管段。已修复的缺陷不再列为问题，但“先验收后修复”的责任仍应另行追究。
---*/
-- @population
SELECT section_id, body_id, defect_grade
FROM sewer_section
WHERE accepted_on IS NOT NULL

-- @exceptions
SELECT section_id, body_id, village, length_m, accepted_on, defect_grade
FROM sewer_section
WHERE accepted_on IS NOT NULL AND defect_grade >= :min_grade AND repaired_on IS NULL

-- @remedies
SELECT section_id, repair_no AS trace
FROM sewer_section
WHERE repaired_on IS NOT NULL AND repair_no IS NOT NULL
