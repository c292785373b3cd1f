/*---
code: WS-04
version: 1
title: {en: Protection zone without signs or camera, zh: 水源保护区缺少标志或视频监控}
domain: water_sources
seed: [A9]
topics: [outlets]
question:
  en: Does a zone of the first or second grade lack signs in order, or one of the first grade a camera in order?
  zh: 一、二级保护区是否缺少完好的界标警示牌，一级保护区（取水口）是否缺少正常运行的视频监控？
criteria:
  - {law: 中华人民共和国水污染防治法, article: "63", verified: true}
  - {law: 广东省水污染防治条例, article: "42", verified: true}
tables:
  source_zone: [zone_id, body_id, source_name, grade, approved_on, revoked_on, outline]
  zone_marker: [marker_id, kind, longitude, latitude, set_on, working, record_no]
derived:
  placed_marker:
    from: {zone_marker: [marker_id, longitude, latitude], source_zone: [zone_id, outline]}
    columns: {marker_id: string, zone_id: string}
    text: {en: "The zones in which a marker lies, the border included", zh: 设施所在的保护区（边界视为区内）}
key: [zone_id]
body: body_id
term: immediate
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: outline IS NULL
    reason: {en: The zone has no outline, zh: 保护区无边界坐标}
parameters:
  min_signs:
    type: integer
    value: 2
    min: 1
    max: 100
    unit: sign
    title: {en: Signs that a zone must have, zh: 每个保护区至少应有的标志数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  grace_days:
    type: integer
    value: 180
    min: 0
    max: 1095
    unit: day
    title: {en: Days from approval to the signs, zh: 划定后设置标志的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A marker counts for every zone in which it stands, the border included; one that stands a step outside by a survey
    of low precision goes to sifting. Markers that are broken do not count.
  zh: 设施计入其所在的每一个保护区（边界视为区内）；因测量精度落在边界外的，应在筛查中核实。损坏的设施不计。
---*/
-- @population
SELECT zone_id, body_id, source_name, grade, approved_on, outline
FROM source_zone
WHERE grade <> 'quasi' AND date_diff('day', approved_on, :as_of) > :grace_days
  AND (revoked_on IS NULL OR revoked_on > :as_of)

-- @exceptions
WITH standing AS (
  SELECT p.zone_id, sum(CASE WHEN m.kind = 'sign' THEN 1 ELSE 0 END) AS signs,
         sum(CASE WHEN m.kind = 'camera' THEN 1 ELSE 0 END) AS cameras
  FROM placed_marker AS p
  JOIN zone_marker AS m ON m.marker_id = p.marker_id
  WHERE m.working AND m.set_on <= :as_of
  GROUP BY p.zone_id
)
SELECT z.zone_id, z.body_id, z.source_name, z.grade, z.approved_on,
       CAST(coalesce(s.signs, 0) AS bigint) AS signs, CAST(coalesce(s.cameras, 0) AS bigint) AS cameras
FROM population AS z
LEFT JOIN standing AS s ON s.zone_id = z.zone_id
WHERE z.outline IS NOT NULL
  AND (coalesce(s.signs, 0) < :min_signs OR (z.grade = 'primary' AND coalesce(s.cameras, 0) = 0))

-- @remedies
SELECT p.zone_id, max(m.record_no) AS trace
FROM placed_marker AS p
JOIN zone_marker AS m ON m.marker_id = p.marker_id
WHERE m.working AND m.record_no IS NOT NULL AND m.set_on <= :as_of
GROUP BY p.zone_id
