/*---
code: SA-05
version: 1
title: {en: State asset let without a lease in force, zh: 国有资产出租无有效合同}
domain: state_assets
seed: [A4]
topics: [state_assets]
question: {en: Is an asset let though no lease covers the day?, zh: 资产处于出租状态，是否没有租期内的租赁合同？}
criteria:
  - {law: 行政事业性国有资产管理条例, article: "14, 25, 26, 53（一）", version: 2021-04-01, verified: true}
tables:
  state_asset: [asset_no, body_id, asset_name, asset_kind, book_amount, status, status_since]
  asset_lease: [lease_no, asset_no, starts_on, term_months]
key: [asset_no]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
guard:
  en: >-
    A lease covers the day while fewer full months have passed than it has. An asset lent without rent needs an
    approval, not a lease, and is not looked at. A tenancy that runs on by law while rent is paid goes to sifting.
  zh: >-
    已满整月数小于租期月数的为租期内。无偿出借需审批而非租赁合同，不在检查范围内。租期届满后依法继续履行且按期缴租的，
    应在筛查中说明。
---*/
-- @population
SELECT asset_no, body_id
FROM state_asset
WHERE status = 'let'

-- @exceptions
SELECT a.asset_no, a.body_id, a.asset_name, a.asset_kind, a.book_amount, a.status_since
FROM state_asset AS a
WHERE a.status = 'let'
  AND NOT EXISTS (
    SELECT 1
    FROM asset_lease AS l
    WHERE l.asset_no = a.asset_no AND l.starts_on <= :as_of
      AND (year(:as_of) - year(l.starts_on)) * 12 + month(:as_of) - month(l.starts_on)
          - CASE WHEN day(:as_of) < day(l.starts_on) THEN 1 ELSE 0 END < l.term_months
  )

-- @remedies
SELECT asset_no, max(lease_no) AS trace
FROM asset_lease
WHERE starts_on <= :as_of
  AND (year(:as_of) - year(starts_on)) * 12 + month(:as_of) - month(starts_on)
      - CASE WHEN day(:as_of) < day(starts_on) THEN 1 ELSE 0 END < term_months
GROUP BY asset_no
