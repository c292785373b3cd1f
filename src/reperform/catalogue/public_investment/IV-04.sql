/*---
code: IV-04
version: 1
title: {en: Contracts that had to be tendered and were not, zh: 应招标未招标}
domain: public_investment
seed: [A13]
topics: [must_tender]
question:
  en: Was a contract at or above the limit of its kind given without a tender?
  zh: 达到规模标准的合同是否未经招标直接发包？
criteria:
  - {law: 必须招标的工程项目规定（国家发展改革委令第16号）, article: "2, 5", version: 2018-03-27, verified: true}
  - {law: 中华人民共和国招标投标法, article: "3, 49", version: 2017-12-27, verified: true}
  - {law: 中华人民共和国招标投标法实施条例, article: "8, 9", version: 2019-03-02, verified: true}
tables:
  project: [project_id, state_funds, estimate_amount]
  contract: [contract_id, project_id, body_id, tender_id, kind, procurement_method, exemption, amount, signed_on]
  tender: [tender_id, procurement_method]
  correction: [number, register, ref]
optional: [tender, correction]
facts: [tender_limit]
key: [contract_id]
body: body_id
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: kind IS NULL
    reason: {en: Kind of item unknown, zh: 标的类别不明}
  - condition: method IS NULL
    reason: {en: Method unknown, zh: 发包方式不明}
parameters:
  state_funds:
    type: integer
    value: 200000000
    min: 0
    unit: fen
    title: {en: Budgetary money from which a project must tender, zh: 必须招标项目的预算资金起点}
    source: {en: "Provisions on Projects That Must Be Tendered (NDRC order 16 of 2018), art. 2", zh: 《必须招标的工程项目规定》（发展改革委令第16号）第二条}
    verified: true
  state_percent:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: percent
    title: {en: Share of it in the investment, zh: 预算资金占投资额的比例}
    source: {en: "Provisions on Projects That Must Be Tendered (NDRC order 16 of 2018), art. 2", zh: 《必须招标的工程项目规定》（发展改革委令第16号）第二条}
    verified: true
guard:
  en: >-
    A ground that the law allows (state secrets, relief works, patents, the buyer's own capacity, an addition to the
    first contractor's work) is a ground only with its paper: a contract with an exemption on record is left out,
    and the paper must be read. Other services are under no limit here. Invitation counts as a tender; whether it
    was allowed is another question.
  zh: >-
    涉及国家秘密、抢险救灾、专利技术、自行建设、向原中标人追加等依法可不招标情形，须有批准或者论证文件；合同已登记不招标依据的不列入，
    但应查阅其文件。其他服务类不在本规模标准之内。邀请招标视为已招标，其是否符合条件另行检查。
---*/
-- @population
SELECT c.contract_id, c.body_id, c.kind, coalesce(t.procurement_method, c.procurement_method) AS method
FROM contract AS c
JOIN project AS p ON p.project_id = c.project_id
LEFT JOIN tender AS t ON t.tender_id = c.tender_id
WHERE p.state_funds >= :state_funds AND p.state_funds * 100 >= p.estimate_amount * :state_percent

-- @exceptions
SELECT c.contract_id, c.body_id, c.project_id, c.kind, c.amount AS price, l.limit_amount,
       coalesce(t.procurement_method, c.procurement_method) AS method
FROM contract AS c
JOIN project AS p ON p.project_id = c.project_id
JOIN tender_limit AS l ON l.kind = c.kind AND coalesce(c.signed_on, :as_of) BETWEEN l.valid_from AND l.valid_to
LEFT JOIN tender AS t ON t.tender_id = c.tender_id
WHERE p.state_funds >= :state_funds AND p.state_funds * 100 >= p.estimate_amount * :state_percent
  AND c.amount >= l.limit_amount
  AND coalesce(t.procurement_method, c.procurement_method) NOT IN ('open', 'selective')
  AND c.exemption IS NULL
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'contract' AND k.ref = c.contract_id
  )

-- @remedies
SELECT ref AS contract_id, max(number) AS trace
FROM correction
WHERE register = 'contract'
GROUP BY ref
