/*---
code: NT-04
version: 1
title: {en: Non-tax revenue collected through an account without the right to it, zh: 通过违规账户收取非税收入}
domain: fiscal_funds
seed: [A1]
topics: [misdirected]
question:
  en: >-
    Was non-tax revenue collected through an account that is not registered, not approved or not a collecting
    account?
  zh: 是否通过未备案、未经财政批准或非汇缴性质的账户收取非税收入？
criteria:
  - {law: 中华人民共和国预算法实施条例, article: "55, 56, 93（二）, 94（三）", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "11, 17", version: 2011-01-08, verified: true}
tables:
  account_entry: [account_no, body_id, booked_on, direction, fund_kind, amount]
  unit_account: [account_no, account_kind, approved_no]
  correction: [number, register, ref, corrected_on]
optional: [correction]
key: [account_no]
body: body_id
term: immediate
refer_to: finance_bureau
lookback: absolute
guard:
  en: >-
    Money that was passed on in full is still collected through the wrong account; what is held back is NT-03. A
    receipt booked to the basic account by a payer's mistake and moved on the same day goes to sifting. An account
    put right after its last receipt is left out.
  zh: >-
    款项虽已足额上缴，收款账户仍属违规；滞留金额见NT-03。缴款人误转入基本户且当日转出的，应在筛查中剔除。最后一笔收款之
    后已整改的账户不再列出。
---*/
-- @population
SELECT account_no, max(body_id) AS body_id
FROM account_entry
WHERE direction = 'in' AND fund_kind = 'nontax'
GROUP BY account_no

-- @exceptions
WITH received AS (
  SELECT account_no, max(body_id) AS body_id, count(*) AS receipts, sum(amount) AS received,
         max(booked_on) AS last_receipt_on
  FROM account_entry
  WHERE direction = 'in' AND fund_kind = 'nontax'
  GROUP BY account_no
),
healed AS (
  SELECT ref, max(corrected_on) AS corrected_on
  FROM correction
  WHERE register = 'unit_account'
  GROUP BY ref
)
SELECT r.account_no, r.body_id, r.receipts, r.received, r.last_receipt_on, a.account_kind, a.approved_no
FROM received AS r
LEFT JOIN unit_account AS a ON a.account_no = r.account_no
LEFT JOIN healed AS h ON h.ref = r.account_no
WHERE (a.account_no IS NULL OR a.account_kind <> 'transit' OR a.approved_no IS NULL)
  AND (h.corrected_on IS NULL OR h.corrected_on < r.last_receipt_on)

-- @remedies
SELECT ref AS account_no, max(number) AS trace
FROM correction
WHERE register = 'unit_account'
GROUP BY ref
