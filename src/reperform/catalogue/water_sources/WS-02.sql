/*---
code: WS-02
version: 1
title: {en: Project that its protection zone forbids, zh: 水源保护区内违规建设项目}
domain: water_sources
seed: [A9]
topics: [projects]
question:
  en: >-
    Does a project stand in a protection zone whose grade forbids it: in the first grade one that does not serve the
    supply, in the second one that discharges, in the quasi zone a heavy polluter built since the zone was drawn?
  zh: >-
    保护区内是否存在法律禁止的项目：一级保护区内与供水设施和保护水源无关的、二级保护区内排放污染物的、
    准保护区内划定后新建的严重污染项目？
criteria:
  - {law: 中华人民共和国水污染防治法, article: "65, 66, 67, 91", verified: true}
  - {law: 广东省水污染防治条例, article: "40, 41, 42, 43, 44", verified: true}
tables:
  source_zone: [zone_id, grade, approved_on, revoked_on, outline]
  zone_project: [project_id, body_id, longitude, latitude, built_on, serves_supply, discharges, heavy_polluter, closed_on, closure_no]
derived:
  placed_project:
    from: {zone_project: [project_id, longitude, latitude], source_zone: [zone_id, outline]}
    columns: {project_id: string, zone_id: string}
    text: {en: "The zones in which a project lies, the border included", zh: 项目所在的保护区（边界视为区内）}
key: [project_id]
body: body_id
term: staged
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: longitude IS NULL OR latitude IS NULL
    reason: {en: No coordinates, zh: 无坐标}
guard:
  en: >-
    A site is one point here: a plot that crosses the border needs its outline. Roads, bridges and dykes by approval,
    and dwellings of those who always lived there, go to sifting. Projects that were closed are not at fault.
  zh: >-
    项目以一个点位代表，跨边界的地块应以范围线复核。经批准的公路、桥梁、堤防和原住居民住宅应在筛查中剔除。
    已关闭的项目不属问题。
---*/
-- @population
SELECT project_id, body_id, longitude, latitude
FROM zone_project

-- @exceptions
WITH forbidden AS (
  SELECT j.project_id, j.body_id, j.longitude, j.latitude, j.built_on, z.zone_id,
         CASE WHEN z.grade = 'primary' AND NOT j.serves_supply THEN 1
              WHEN z.grade = 'secondary' AND j.discharges THEN 2
              WHEN z.grade = 'quasi' AND j.heavy_polluter AND j.built_on >= z.approved_on THEN 3
         END AS ban
  FROM zone_project AS j
  JOIN placed_project AS p ON p.project_id = j.project_id
  JOIN source_zone AS z ON z.zone_id = p.zone_id
  WHERE j.closed_on IS NULL
    AND z.approved_on <= :as_of AND (z.revoked_on IS NULL OR z.revoked_on > :as_of)
)
SELECT project_id, body_id, min(zone_id) AS zone_id,
       CASE min(ban) WHEN 1 THEN 'primary' WHEN 2 THEN 'secondary' ELSE 'quasi' END AS forbidden_in,
       longitude, latitude, built_on
FROM forbidden
WHERE ban IS NOT NULL
GROUP BY project_id, body_id, longitude, latitude, built_on

-- @remedies
SELECT project_id, closure_no AS trace
FROM zone_project
WHERE closed_on IS NOT NULL AND closure_no IS NOT NULL
