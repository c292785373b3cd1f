/*---
code: EL-01
version: 1
title: {en: Institution for the elderly billed at a non-residential price, zh: 养老机构未执行居民类水电气价格}
domain: elderly_care
seed: [A8]
topics: [utility_tariff]
question:
  en: Were registered institutions for the elderly billed for water, power or gas at more than the residential price?
  zh: 已备案养老机构的水、电、气费用是否按高于居民类的价格收取？
criteria:
  - {law: 国务院办公厅关于推进养老服务发展的意见（国办发〔2019〕5号）, article: "", verified: false}
tables:
  utility_bill: [bill_no, licence_no, utility, month, tariff_class, quantity, amount]
  care_institution: [licence_no, district_body, registered_on, closed_on]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
facts: [residential_tariff]
key: [bill_no]
body: district_body
amount: overcharged
money: return_to_channel
term: immediate
refer_to: market_regulation_bureau
lookback: absolute
not_testable_when:
  - condition: tariff_class IS NULL
    reason: {en: No tariff class, zh: 无价格类别}
  - condition: registered_on IS NULL
    reason: {en: No date of registration, zh: 无备案日期}
parameters:
  start_months:
    type: integer
    value: 1
    min: 0
    max: 12
    unit: month
    title: {en: Months from registration to the first month at the residential price, zh: 备案当月起多少个月后执行居民类价格}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Bills for months before registration and after closure are right at another price. A meter that also serves a shop
    or a restaurant open to the public may be split. The refund is the amount billed less the quantity at the
    residential price without steps, rounded up to the fen; a place with steps or surcharges sets its own fact.
  zh: >-
    备案之前和注销之后的月份可执行其他价格。与对外经营的商铺、餐厅共用计量表的，可按比例分摊。
    应退金额为账单金额减去用量乘以居民合表价格（不足一分进为一分）；实行阶梯或附加费的地区应自行设定价格。
---*/
-- @population
SELECT b.bill_no, c.district_body, b.tariff_class, c.registered_on
FROM utility_bill AS b
JOIN care_institution AS c ON c.licence_no = b.licence_no
JOIN residential_tariff AS t ON t.utility = b.utility AND b.month BETWEEN t.valid_from AND t.valid_to
WHERE (c.registered_on IS NULL
    OR (year(b.month) - year(c.registered_on)) * 12 + month(b.month) - month(c.registered_on) >= :start_months)
  AND (c.closed_on IS NULL OR c.closed_on >= b.month + INTERVAL 1 MONTH)

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'utility_bill'
  GROUP BY ref
)
SELECT p.bill_no, p.district_body,
       b.amount - (b.quantity * t.per_thousand + 999) // 1000 - coalesce(r.amount, 0) AS overcharged,
       b.licence_no, b.utility, b.month, b.tariff_class, b.quantity, b.amount AS billed
FROM population AS p
JOIN utility_bill AS b ON b.bill_no = p.bill_no
JOIN residential_tariff AS t ON t.utility = b.utility AND b.month BETWEEN t.valid_from AND t.valid_to
LEFT JOIN recovered AS r ON r.ref = p.bill_no
WHERE b.tariff_class <> 'residential' AND p.registered_on IS NOT NULL
  AND b.amount - (b.quantity * t.per_thousand + 999) // 1000 > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS bill_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'utility_bill'
GROUP BY ref
