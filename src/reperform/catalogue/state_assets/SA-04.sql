/*---
code: SA-04
version: 1
title: {en: State asset disposed of without approval, zh: 未经批准处置国有资产}
domain: state_assets
seed: [A4]
topics: [state_assets]
question:
  en: "Was a state asset disposed of without an approval, or before it?"
  zh: 处置国有资产是否未履行审批程序，或先处置后审批？
criteria:
  - {law: 行政事业性国有资产管理条例, article: "19, 53（一）", version: 2021-04-01, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "8", version: 2011-01-08, verified: true}
tables:
  asset_disposal: [disposal_no, asset_no, body_id, method, disposed_on, approval_no, approved_on]
  correction: [number, register, ref]
optional: [correction]
key: [disposal_no]
body: body_id
term: immediate
refer_to: state_assets_bureau
lookback: absolute
not_testable_when:
  - condition: disposed_on IS NULL
    reason: {en: No day of disposal, zh: 无处置日期}
guard:
  en: >-
    Approval on the day of disposal is in time. Small assets that a unit may dispose of under a standing authority
    carry the number of that authority. A disposal for which the procedure was made good is left out.
  zh: 处置当日批复的视为合规。单位权限内的小额处置以授权文号作为批复文号。已补办手续并整改的不再列出。
---*/
-- @population
SELECT disposal_no, body_id, disposed_on
FROM asset_disposal

-- @exceptions
SELECT d.disposal_no, d.body_id, d.asset_no, d.method, d.disposed_on, d.approval_no, d.approved_on
FROM asset_disposal AS d
WHERE d.disposed_on IS NOT NULL
  AND (d.approval_no IS NULL OR d.approved_on IS NULL OR d.approved_on > d.disposed_on)
  AND NOT EXISTS (
    SELECT 1
    FROM correction AS c
    WHERE c.register = 'asset_disposal' AND c.ref = d.disposal_no
  )

-- @remedies
SELECT ref AS disposal_no, max(number) AS trace
FROM correction
WHERE register = 'asset_disposal'
GROUP BY ref
