/*---
code: SA-03
version: 1
title: {en: State asset idle for long, zh: 国有资产长期闲置}
domain: state_assets
seed: [A4]
topics: [state_assets]
question:
  en: Has an asset of some value stood idle for more than a year?
  zh: 达到一定价值的国有资产是否闲置超过一年？
criteria:
  - {law: 行政事业性国有资产管理条例, article: "11, 14, 15, 18", version: 2021-04-01, verified: true}
tables:
  state_asset: [asset_no, body_id, asset_name, asset_kind, book_amount, status, status_since]
  correction: [number, register, ref]
optional: [correction]
key: [asset_no]
body: body_id
term: staged
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: status = 'idle' AND status_since IS NULL
    reason: {en: No day since which it is idle, zh: 无闲置起始日期}
parameters:
  idle_days:
    type: integer
    value: 365
    min: 30
    max: 3660
    unit: day
    title: {en: Days without use, zh: 闲置天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  least_amount:
    type: integer
    value: 1000000
    min: 0
    max: 100000000000
    unit: fen
    title: {en: Smallest book value examined, zh: 检查的最低账面原值}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A house under repair or seizure and stores for emergencies are not idle. An asset that is in use again by the
    register needs the paper of its transfer, lease or use to count as put right.
  zh: 维修或被查封的房屋、应急储备物资不属于闲置。台账改为在用的，须有调剂、出租或启用手续方视为整改。
---*/
-- @population
SELECT asset_no, body_id, status, status_since
FROM state_asset
WHERE book_amount >= :least_amount AND status <> 'disposed'

-- @exceptions
SELECT asset_no, body_id, asset_name, asset_kind, book_amount, status_since,
       date_diff('day', status_since, :as_of) AS idle_for_days
FROM state_asset
WHERE book_amount >= :least_amount AND status = 'idle' AND date_diff('day', status_since, :as_of) > :idle_days

-- @remedies
SELECT ref AS asset_no, max(number) AS trace
FROM correction
WHERE register = 'state_asset'
GROUP BY ref
