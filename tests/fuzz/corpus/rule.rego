# METADATA
# title: Pods have a team
# scope: package
# custom:
#   id: house-team
#   title_zh: 团队
#   severity: low
#   source: house rule
#   judges: KubeObject
#   needs: ["KubeObject:Pod"]
#   why: {en: a, zh: b}
#   remediation: {en: a, zh: b}
package house.team

subject contains pod.subject if some pod in input.pods
