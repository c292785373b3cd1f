/*---
code: BP-01
version: 1
title: {en: Budget not broken down by classification, zh: 预算编制未细化到规定科目}
domain: fiscal_funds
seed: [A4]
topics: [budget_preparation]
question:
  en: "Is an item of expenditure not broken down to the lowest functional or, for basic expenditure, economic heading?"
  zh: 预算支出是否未按功能分类编列到项，或基本支出未按经济分类编列到款？
criteria:
  - {law: 中华人民共和国预算法, article: "32, 37, 46", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "40", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "7（二）", version: 2011-01-08, verified: true}
tables:
  budget_item: [item_no, body_id, spend_kind, approved_on, amount, function_code, economy_code]
  correction: [number, register, ref]
optional: [correction]
key: [item_no]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  function_digits:
    type: integer
    value: 7
    min: 3
    max: 9
    unit: digit
    title: {en: Digits of a functional heading, zh: 功能分类“项”级位数}
    source:
      en: >-
        Classification of government revenue and expenditure, codes of 3, 5 and 7 digits; not checked for every
        year
      zh: 《政府收支分类科目》编码为3、5、7位，未逐年核对
    verified: false
  economy_digits:
    type: integer
    value: 5
    min: 3
    max: 9
    unit: digit
    title: {en: Digits of an economic heading, zh: 经济分类“款”级位数}
    source:
      en: "Classification of government revenue and expenditure, codes of 3 and 5 digits; not checked for every year"
      zh: 《政府收支分类科目》编码为3、5位，未逐年核对
    verified: false
guard:
  en: >-
    Secret items may stand without detail. A code that ends in zeros by a system's habit is counted as long enough
    and goes to sifting. A correction on paper alone does not heal an item: the code must be there.
  zh: 涉密支出可以不细化。系统以零补位的编码按位数视为合格，应在筛查中核对。仅有整改文件而科目未补的，不视为整改。
---*/
-- @population
SELECT item_no, body_id
FROM budget_item

-- @exceptions
SELECT item_no, body_id, amount, spend_kind, function_code, economy_code, approved_on
FROM budget_item
WHERE length(coalesce(function_code, '')) < :function_digits
   OR (spend_kind = 'basic' AND length(coalesce(economy_code, '')) < :economy_digits)

-- @remedies
SELECT ref AS item_no, max(number) AS trace
FROM correction
WHERE register = 'budget_item'
GROUP BY ref
