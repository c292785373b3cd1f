/*---
code: SA-01
version: 1
title: {en: Rent of state assets not credited, zh: 国有资产租金未足额上缴}
domain: state_assets
seed: [A4]
topics: [state_assets]
question:
  en: Is less rent credited to the treasury than a lease of a state asset made due?
  zh: 出租国有资产的应收租金，是否未足额收取并上缴国库？
criteria:
  - {law: 行政事业性国有资产管理条例, article: "25, 26, 54（四）", version: 2021-04-01, verified: true}
  - {law: 中华人民共和国预算法, article: "55, 56", version: 2018-12-29, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "3（四）, 4", version: 2011-01-08, verified: true}
tables:
  asset_lease: [lease_no, asset_no, body_id, tenant, starts_on, term_months, monthly_rent]
  rent_credit: [voucher, lease_no, amount]
key: [lease_no]
body: body_id
amount: uncredited
money: remit_treasury
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: starts_on IS NULL
    reason: {en: No first day of the lease, zh: 无租期起始日}
parameters:
  grace_months:
    type: integer
    value: 1
    min: 0
    max: 24
    unit: month
    title: {en: Full months that may be on their way, zh: 允许在途的整月数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Rent is due for full months that have ended. Rent remitted by a lawful relief goes to sifting with its paper.
    Where a public institution keeps such revenue by the finance bureau's rule, its fiscal account counts as the
    treasury. At a look-back, rent paid for later months counts like arrears that were paid; what is still open
    stands in the row.
  zh: >-
    租金按已满整月计算应收。依法减免的租金凭减免文件在筛查中剔除。财政部门规定由事业单位留用的，按规定账户入账视同上缴。
    回头看时，后续月份缴库的租金同样计入已整改金额，仍欠金额以该行为准。
---*/
-- @population
SELECT lease_no, body_id, starts_on
FROM asset_lease

-- @exceptions
WITH credited AS (
  SELECT lease_no, sum(amount) AS amount
  FROM rent_credit
  GROUP BY lease_no
),
owed AS (
  SELECT lease_no, body_id, asset_no, tenant, monthly_rent,
         least(term_months,
               (year(:as_of) - year(starts_on)) * 12 + month(:as_of) - month(starts_on)
               - CASE WHEN day(:as_of) < day(starts_on) THEN 1 ELSE 0 END - :grace_months) AS months_due
  FROM asset_lease
)
SELECT o.lease_no, o.body_id, o.monthly_rent * o.months_due - coalesce(c.amount, 0) AS uncredited, o.asset_no, o.tenant,
       o.months_due, o.monthly_rent, coalesce(c.amount, 0) AS credited
FROM owed AS o
LEFT JOIN credited AS c ON c.lease_no = o.lease_no
WHERE o.months_due > 0 AND o.monthly_rent * o.months_due > coalesce(c.amount, 0)

-- @remedies
SELECT lease_no, sum(amount) AS remedied, max(voucher) AS trace
FROM rent_credit
GROUP BY lease_no
