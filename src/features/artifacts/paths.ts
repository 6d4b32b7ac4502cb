export const tag = 'artifact';
export const path = '/api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts';
export const pathOfOne = `${path}/{reference}` as const;
