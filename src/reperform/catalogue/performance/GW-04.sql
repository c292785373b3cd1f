/*---
code: GW-04
version: 1
title: {en: Leak not repaired in time, zh: 泄漏隐患逾期未消除}
domain: performance
seed: [A12]
topics: [gas, water]
question:
  en: Is a leak in a gas or water main that was found still open after the days that its repair may take?
  zh: 已发现的燃气、供水管道泄漏是否超过处置时限仍未修复？
criteria:
  - {law: 城镇燃气管理条例, article: "35, 41, 48", verified: true}
tables:
  pipe_leak: [leak_no, body_id, medium, urgent, found_on, repaired_on, repair_no]
key: [leak_no]
body: body_id
term: immediate
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: repaired_on < found_on
    reason: {en: Repaired before it was found, zh: 修复日期早于发现日期}
parameters:
  urgent_days:
    type: integer
    value: 1
    min: 0
    max: 30
    unit: day
    title: {en: Days for an urgent leak, zh: 紧急泄漏处置天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  other_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days for any other leak, zh: 一般泄漏处置天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A leak that was repaired late is closed and no exception here; lateness is a question for the statistics. A leak
    kept under watch with a provisional clamp is open until the repair order is closed.
  zh: 逾期但已修复的不列为问题，其及时率另行统计。采取临时措施、仍在监护的泄漏，维修工单关闭前视为未消除。
---*/
-- @population
SELECT leak_no, body_id, found_on, repaired_on
FROM pipe_leak

-- @exceptions
SELECT leak_no, body_id, medium, urgent, found_on, date_diff('day', found_on, :as_of) AS days_open
FROM pipe_leak
WHERE repaired_on IS NULL
  AND date_diff('day', found_on, :as_of) > CASE WHEN urgent THEN :urgent_days ELSE :other_days END

-- @remedies
SELECT leak_no, repair_no AS trace
FROM pipe_leak
WHERE repaired_on IS NOT NULL AND repair_no IS NOT NULL
