/*---
code: SA-02
version: 1
title: {en: State asset sold below its appraisal, zh: 低于评估价处置国有资产}
domain: state_assets
seed: [A4]
topics: [state_assets]
question:
  en: Was a state asset sold without an appraisal that allows the price?
  zh: 国有资产转让、拍卖的成交价是否低于评估价值的规定比例？
criteria:
  - {law: 行政事业性国有资产管理条例, article: "36, 54（一）（三）", version: 2021-04-01, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "8", version: 2011-01-08, verified: true}
tables:
  asset_disposal: [disposal_no, asset_no, body_id, method, disposed_on, appraised_amount, proceeds_amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [disposal_no]
body: body_id
amount: shortfall
money: recover_loss
term: immediate
refer_to: state_assets_bureau
lookback: absolute
not_testable_when:
  - condition: appraised_amount IS NULL
    reason: {en: No appraisal on record, zh: 无评估价值记录}
  - condition: proceeds_amount IS NULL
    reason: {en: No price on record, zh: 无成交价记录}
parameters:
  lowest_percent:
    type: integer
    value: 90
    min: 0
    max: 100
    unit: percent
    title: {en: "Lowest price, of the appraisal", zh: 最低成交价占评估价值比例}
    source:
      en: Custom that a price below 90 percent needs a new approval; not read in the original
      zh: 成交价低于评估值90%须重新报批的通行规定，未核对原文
    verified: false
guard:
  en: >-
    Scrapping and transfers without a price are not examined. A second auction at a lower opening price that the
    finance bureau approved goes to sifting. A missing appraisal is said, not counted as clean.
  zh: >-
    报废报损和无偿划转不在检查范围内。经财政部门批准降价再次拍卖的，应在筛查中剔除。无评估记录的列为无法检查，不作为合
    规。
---*/
-- @population
SELECT disposal_no, body_id, appraised_amount, proceeds_amount
FROM asset_disposal
WHERE method IN ('auction', 'agreement')

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'asset_disposal'
  GROUP BY ref
)
SELECT d.disposal_no, d.body_id, d.appraised_amount - d.proceeds_amount - coalesce(b.amount, 0) AS shortfall, d.asset_no,
       d.method, d.disposed_on, d.appraised_amount, d.proceeds_amount
FROM asset_disposal AS d
LEFT JOIN back AS b ON b.ref = d.disposal_no
WHERE d.method IN ('auction', 'agreement')
  AND d.proceeds_amount * 100 < d.appraised_amount * :lowest_percent
  AND d.appraised_amount > d.proceeds_amount + coalesce(b.amount, 0)

-- @remedies
SELECT ref AS disposal_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'asset_disposal'
GROUP BY ref
