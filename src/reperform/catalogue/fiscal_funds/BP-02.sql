/*---
code: BP-02
version: 1
title: {en: Reserve fund outside the lawful share, zh: 预备费设置比例不符合规定}
domain: fiscal_funds
seed: [A4]
topics: [reserve_fund]
question:
  en: Is the reserve fund of a general public budget below 1 or above 3 percent of its expenditure?
  zh: 一般公共预算预备费是否低于本级支出额的1%或高于3%？
criteria:
  - {law: 中华人民共和国预算法, article: "40", version: 2018-12-29, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "7（二）", version: 2011-01-08, verified: true}
tables:
  government_budget: [budget_no, body_id, tier, year, expenditure_amount, reserve_amount]
  correction: [number, register, ref]
optional: [correction]
key: [budget_no]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: reserve_amount IS NULL
    reason: {en: No reserve fund stated, zh: 未填预备费}
parameters:
  lowest_percent:
    type: integer
    value: 1
    min: 0
    max: 100
    unit: percent
    title: {en: Smallest share, zh: 最低比例}
    source: {en: "Budget Law, article 40", zh: 《预算法》第四十条}
    verified: true
  highest_percent:
    type: integer
    value: 3
    min: 0
    max: 100
    unit: percent
    title: {en: Largest share, zh: 最高比例}
    source: {en: "Budget Law, article 40", zh: 《预算法》第四十条}
    verified: true
guard:
  en: >-
    The base is the expenditure of this tier, without transfers to lower ones. Exactly 1 and 3 percent are lawful.
    A street office is no tier of government and has no budget of its own.
  zh: 基数为本级一般公共预算支出额，不含对下转移支付。恰为1%或3%的合规。街道不是一级预算，不设预备费。
---*/
-- @population
SELECT budget_no, body_id, reserve_amount
FROM government_budget

-- @exceptions
SELECT budget_no, body_id, tier, year, expenditure_amount, reserve_amount
FROM government_budget
WHERE reserve_amount * 100 < expenditure_amount * :lowest_percent
   OR reserve_amount * 100 > expenditure_amount * :highest_percent

-- @remedies
SELECT ref AS budget_no, max(number) AS trace
FROM correction
WHERE register = 'government_budget'
GROUP BY ref
