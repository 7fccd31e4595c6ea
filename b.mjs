import {build} from 'esbuild';import {gzipSync} from 'node:zlib';import {writeFileSync} from 'node:fs';
const r=await build({stdin:{contents:"import OpenAI from 'colloquy/core';const client=new OpenAI({apiKey:'key',dangerouslyAllowBrowser:true});console.log(await client.chat.completions.create({model:'m',messages:[]}));",resolveDir:'packages/client'},bundle:true,minify:true,format:'esm',platform:'browser',write:false,external:['zod']});
const t=r.outputFiles[0].text;writeFileSync('/tmp/core.min.js',t);console.log(t.length,gzipSync(t).length);
