export { AzureOpenAI, type AzureClientOptions } from '../azure.ts';
