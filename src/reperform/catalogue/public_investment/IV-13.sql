/*---
code: IV-13
version: 1
title: {en: Subcontracting against the law, zh: 违法分包或转包}
domain: public_investment
seed: [A13]
topics: [staff]
question:
  en: "Was the whole work, the main structure or a part passed on without agreement or qualification, or passed on again?"
  zh: 承包人是否将全部工程、主体结构转出，或者未经同意、向无资质单位分包，或者再分包？
criteria:
  - {law: 建设工程质量管理条例, article: "78", version: 2019-04-23, verified: true}
  - {law: 中华人民共和国建筑法, article: "28, 29", version: 2019-04-23, verified: true}
  - {law: 中华人民共和国招标投标法实施条例, article: "59, 76", version: 2019-03-02, verified: true}
tables:
  subcontract: [subcontract_id, contract_id, upper_id, subcontractor_name, scope, amount, agreed, qualified]
  contract: [contract_id, body_id]
  correction: [number, register, ref]
optional: [correction]
key: [subcontract_id]
body: body_id
term: staged
refer_to: housing_construction_bureau
lookback: absolute
not_testable_when:
  - condition: scope IS NULL
    reason: {en: What was passed on is unknown, zh: 分包范围不明}
guard:
  en: >-
    Labour may be given to a labour firm without the employer's agreement, also by a subcontractor. A steel
    structure may be subcontracted though it is the main structure. What the contract itself allows to be
    subcontracted needs no further agreement: read the contract. An empty cell for agreement or qualification
    accuses nobody.
  zh: >-
    劳务作业分包无需建设单位同意，专业分包人亦可进行劳务分包。钢结构工程的主体结构可依法分包。总包合同已约定的分包无需另行同意，
    应查阅合同。是否同意、是否具备资质为空的不据此认定。
---*/
-- @population
SELECT s.subcontract_id, c.body_id, s.scope
FROM subcontract AS s
JOIN contract AS c ON c.contract_id = s.contract_id

-- @exceptions
SELECT s.subcontract_id, c.body_id, s.contract_id, s.subcontractor_name, s.scope, s.amount AS price,
       CASE WHEN s.scope = 'whole' THEN 'whole_work' WHEN s.scope = 'main_structure' THEN 'main_structure'
            WHEN s.upper_id IS NOT NULL AND s.scope <> 'labour' THEN 'passed_on_again'
            WHEN s.qualified = FALSE THEN 'unqualified' ELSE 'not_agreed' END AS fault
FROM subcontract AS s
JOIN contract AS c ON c.contract_id = s.contract_id
WHERE (s.scope IN ('whole', 'main_structure') OR (s.upper_id IS NOT NULL AND s.scope <> 'labour')
       OR s.qualified = FALSE OR (s.agreed = FALSE AND s.scope = 'specialist'))
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'subcontract' AND k.ref = s.subcontract_id
  )

-- @remedies
SELECT ref AS subcontract_id, max(number) AS trace
FROM correction
WHERE register = 'subcontract'
GROUP BY ref
